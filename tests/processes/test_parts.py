"""Ports, the data folder, signals, logs, the manager's settings: each by itself."""

import configparser
import os
import shlex
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.config.celery import app
from webapp.execution.grading import regrade_requests
from webapp.findings import asking
from webapp.planning import previews, proposals
from webapp.processes.console import LogTail
from webapp.processes.errors import AlreadyRunning, PortTaken, UnsafeSettings
from webapp.processes.folder import DataFolder, alive
from webapp.processes.ports import HOST, free_port, is_free, web_port
from webapp.processes.product import product_programs, web_processes
from webapp.processes.program import Program, run_once, wrapped
from webapp.processes.stopping import StopRequest, stop_requests
from webapp.processes.supervisor_settings import command_line, settings


def test_a_port_in_use_is_not_free() -> None:
    with socket.socket() as server:
        server.bind((HOST, 0))
        server.listen()
        taken = server.getsockname()[1]
        assert not is_free(taken)
        with pytest.raises(PortTaken, match=str(taken)):
            web_port(taken)
    assert is_free(taken)
    assert web_port(taken) == taken


def test_the_default_port_gives_way(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as server:
        server.bind((HOST, 0))
        server.listen()
        taken = server.getsockname()[1]
        monkeypatch.setattr("webapp.processes.ports.DEFAULT_WEB_PORT", taken)
        assert web_port(None) > taken


@pytest.mark.parametrize("text", ["eighty", "-1", "0", "70000", "8000.0"])
def test_a_senseless_port_is_refused(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SKILLMOE_PORT", text)
    with pytest.raises(PortTaken):
        web_port(None)


def test_the_environment_chooses_the_port(monkeypatch: pytest.MonkeyPatch) -> None:
    port = free_port()
    monkeypatch.setenv("SKILLMOE_PORT", str(port))
    assert web_port(None) == port


def test_one_launcher_per_data_folder(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    with folder.owned():
        folder.write_addresses("postgres://", "redis://", "http://127.0.0.1:8765")
        with pytest.raises(AlreadyRunning, match=r"http://127\.0\.0\.1:8765"), folder.owned():
            pass
        assert folder.addresses.stat().st_mode & 0o777 == 0o600
    assert not folder.addresses.exists()
    with folder.owned():
        pass


def test_addresses_of_a_killed_launcher_are_forgotten(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    folder.write_addresses("postgres://", "redis://", "http://127.0.0.1:8765")
    with folder.owned():
        assert folder.read_addresses() == {}


def test_an_ended_process_is_not_alive_before_its_parent_notices() -> None:
    process = subprocess.Popen(["true"])
    give_up = time.monotonic() + 10
    while alive(process.pid):
        assert time.monotonic() < give_up
    process.wait()
    assert alive(os.getpid())
    assert not alive(process.pid)


def test_a_child_ends_with_its_parent(tmp_path: Path) -> None:
    """Also when the parent is killed and can do nothing about it."""
    sleeping = wrapped(("sleep", "300"))
    code = f"import subprocess; print(subprocess.Popen({sleeping!r}).pid, flush=True); input()"
    parent = subprocess.Popen(
        [sys.executable, "-c", code], text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert parent.stdout
    child = int(parent.stdout.readline())
    give_up = time.monotonic() + 10
    while Path(f"/proc/{child}/comm").read_text() != "sleep\n":
        assert time.monotonic() < give_up
    parent.kill()
    parent.communicate()
    while alive(child):
        assert time.monotonic() < give_up


def test_a_child_of_a_parent_that_is_gone_does_not_start() -> None:
    done = subprocess.run(wrapped(("true",), parent=1), capture_output=True, text=True)
    assert done.returncode == 1
    assert "gone" in done.stderr


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_another_user_keeps_one_right_at_the_most(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    (closed / "secret").write_text("here")
    read = ("cat", str(closed / "secret"))
    assert run_once(("id", "-un"), user="nobody").stdout == "nobody\n"
    assert run_once(read, user="nobody").returncode != 0
    assert run_once(read, user="nobody", search=True).stdout == "here"
    assert run_once(("kill", "-0", "1"), user="nobody", search=True).returncode != 0


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), min_size=1)))
def test_supervisord_reads_the_command_as_it_was_meant(argv: list[str]) -> None:
    parser = configparser.RawConfigParser(inline_comment_prefixes=(";", "#"), strict=False)
    parser.read_string(f"[program:x]\ncommand = run {command_line(argv)}\n")
    assert shlex.split(parser["program:x"]["command"]) == ["run", *argv]


def test_percent_signs_are_doubled() -> None:
    text = settings([Program("web", ("serve", "100%"))], [], 1234, "password")
    assert "100%%" in text
    assert "[group:" not in text


def test_the_first_signal_counts_and_the_next_are_ignored() -> None:
    with stop_requests():
        with pytest.raises(StopRequest) as caught:
            signal.raise_signal(signal.SIGTERM)
        signal.raise_signal(signal.SIGTERM)
        signal.raise_signal(signal.SIGINT)
    assert caught.value.signal == signal.SIGTERM
    assert caught.value.code == 143


def test_signals_are_as_before_afterwards() -> None:
    before = signal.getsignal(signal.SIGHUP)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with stop_requests() as stop_listening:
            signal.raise_signal(signal.SIGHUP)  # ignored from the beginning, as under nohup
            stop_listening()
            signal.raise_signal(signal.SIGTERM)
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


def test_a_log_is_followed_across_its_rotation(tmp_path: Path) -> None:
    log = tmp_path / "web.log"
    log.write_text("of an earlier start\n")
    tail = LogTail(log)
    with log.open("a") as file:
        file.write("one\ntw")
    assert list(tail.lines()) == ["one"]
    with log.open("a") as file:
        file.write("o\n")
    log.rename(tmp_path / "web.log.1")
    log.write_text("three\n")
    assert list(tail.lines()) == ["two", "three"]


def test_a_log_that_is_not_there_yet(tmp_path: Path) -> None:
    tail = LogTail(tmp_path / "gpu.log")
    assert list(tail.lines()) == []
    (tmp_path / "gpu.log").write_text("first\n")
    assert list(tail.lines()) == ["first"]


@pytest.mark.parametrize(("cores", "count"), [(1, 1), (2, 1), (4, 2), (64, 4)])
def test_as_many_web_servers_as_the_cores_carry(
    cores: int, count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SKILLMOE_WEB_PROCESSES", raising=False)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(cores)))
    assert web_processes() == count
    monkeypatch.setenv("SKILLMOE_WEB_PROCESSES", "3")
    web = [one for one in product_programs(8000) if one.name.startswith("web")]
    assert [one.name for one in web] == ["web", "web-2", "web-3"]
    assert all("--shared" in one.command for one in web)


@pytest.mark.parametrize("text", ["0", "17", "two", "-1"])
def test_a_senseless_number_of_web_servers(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SKILLMOE_WEB_PROCESSES", text)
    with pytest.raises(UnsafeSettings, match="give a number from 1 to 16"):
        web_processes()


def test_nobody_whom_people_wait_for_yields_to_engines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SKILLMOE_WEB_PROCESSES", "2")
    nice = {one.name: one.nice for one in product_programs(8000)}
    web = {nice.pop(name) for name in ("web", "web-2")}
    servers = {Program("postgres", ("postgres",)).nice}
    assert web == servers == {0}
    assert nice.pop("gpu") < min(nice.values()), "engines, which it starts before it yields to them"


def test_every_task_has_a_worker() -> None:
    app.loader.import_default_modules()
    tasks = [name for name in app.tasks if not name.startswith("celery.")]
    queues = {name: app.amqp.router.route({}, name)["queue"].name for name in tasks}
    served = {
        one.command[one.command.index("-Q") + 1]
        for one in product_programs(8000)
        if "-Q" in one.command
    }
    assert set(queues.values()) == served
    assert queues[asking.TASK] == queues[proposals.TASK] == "findings", "they may take minutes"
    assert queues[regrade_requests.TASK] == queues[previews.TASK] == "default", "people wait"
    assert queues["findings.find_all"] == "default", "or its message is too old when it is read"
