"""`manage.py serve` as a person runs it: everything starts, and nothing is left running."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from webapp.processes.folder import alive
from webapp.processes.product import ROOT

SERVE = [sys.executable, str(ROOT / "manage.py"), "serve"]
STOP_SECONDS = 30


def start(folder: Path) -> subprocess.Popen[str]:
    """Start the product on folder/data; what it says of its processes goes to folder/said."""
    environment = {**os.environ, "SKILLMOE_DATA": str(folder / "data")}
    with (folder / "said").open("w") as said:
        return subprocess.Popen(
            SERVE, env=environment, text=True, stdout=subprocess.PIPE, stderr=said
        )


@pytest.fixture
def launched(tmp_path: Path) -> Iterator[Callable[[], subprocess.Popen[str]]]:
    """Starts a product on the same folder, however often; none outlasts the test."""
    processes = []

    def launch() -> subprocess.Popen[str]:
        processes.append(start(tmp_path))
        return processes[-1]

    try:
        yield launch
    finally:
        for process in processes:
            process.terminate()
            process.communicate(timeout=STOP_SECONDS)


@pytest.fixture
def launcher(launched: Callable[[], subprocess.Popen[str]]) -> subprocess.Popen[str]:
    """A product that is being started."""
    return launched()


def wait_until_ready(launcher: subprocess.Popen[str], folder: Path) -> list[str]:
    assert launcher.stdout
    lines = []
    for line in launcher.stdout:
        lines.append(line.strip())
        if "Ctrl-C" in line:
            return lines
    raise AssertionError((folder / "said").read_text())


def descendants(pid: int) -> set[int]:
    parents: dict[int, int] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
    found, size = {pid}, 0
    while len(found) > size:
        size = len(found)
        found |= {child for child, parent in parents.items() if parent in found}
    return found - {pid}


def wait_until_gone(pids: set[int]) -> None:
    give_up = time.monotonic() + STOP_SECONDS
    while left := {pid for pid in pids if alive(pid)}:
        assert time.monotonic() < give_up, f"still running: {left}"
        time.sleep(0.1)


def get(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=10) as response:
        content: bytes = response.read()
    return content


def pid_of(name: str, data: Path) -> int:
    """Of a program, or 0 while it is not running; supervisorctl then exits with 7."""
    ask = [sys.executable, "-m", "supervisor.supervisorctl", "-c", f"{data}/run/supervisord.conf"]
    done = subprocess.run([*ask, "pid", name], capture_output=True, text=True, check=False)
    return int(done.stdout or 0)


def ours(data: Path) -> dict[int, str]:
    """Every process whose environment or folder is this product's, and its command."""
    found = {}
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            named = process.environ().get("SKILLMOE_DATA") == str(data)
            if (named or data in Path(process.cwd(), "_").parents) and alive(process.pid):
                found[process.pid] = " ".join(process.cmdline())
    return found


@pytest.mark.slow
def test_from_start_to_stop(launched: Callable[[], subprocess.Popen[str]], tmp_path: Path) -> None:
    launcher = launched()
    said = "\n".join(wait_until_ready(launcher, tmp_path))
    data = tmp_path / "data"
    running = json.loads((data / "servers.json").read_text())
    assert running["pid"] == launcher.pid
    assert running["web_url"] in said
    assert "password" in said
    assert get(f"{running['web_url']}/healthz")
    assert "torch" not in Path(f"/proc/{launcher.pid}/maps").read_text()

    environment = {**os.environ, "SKILLMOE_DATA": str(data)}
    second = subprocess.run(SERVE, env=environment, capture_output=True, text=True)
    assert second.returncode == 1
    assert running["web_url"] in second.stderr

    workers_come_back(data)
    started = descendants(launcher.pid)
    assert len(started) > 8
    launcher.kill()
    again = launched()
    said = "\n".join(wait_until_ready(again, tmp_path))
    wait_until_gone(started)  # the next start waits for the rest of the old product
    assert "password" not in said

    again.send_signal(signal.SIGHUP)
    assert again.wait(STOP_SECONDS) == 0
    assert ours(data) == {}
    assert not (data / "servers.json").exists()


def workers_come_back(data: Path) -> None:
    """Killed, they leave nobody behind and are started again."""
    names = ("default", "findings", "beat", "gpu")
    killed = {name: pid_of(f"product:{name}", data) for name in names}
    theirs = {child for pid in killed.values() for child in descendants(pid)}
    for pid in killed.values():
        os.kill(pid, signal.SIGKILL)
    wait_until_gone({*killed.values(), *theirs})
    give_up = time.monotonic() + 90
    while any(pid_of(f"product:{name}", data) in {0, pid} for name, pid in killed.items()):
        assert time.monotonic() < give_up
        time.sleep(0.2)
