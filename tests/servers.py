"""Real Postgres and Redis for the tests: the embedded ones, unless the environment names others.

A pytest plugin (see pyproject.toml), because Django's settings are read before any conftest.
"""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from tests.migrated import begin_migrated
from webapp.processes.folder import DataFolder
from webapp.processes.program import Program
from webapp.processes.servers import Servers, prepare

STOP_SECONDS = 30
NOT_SYNCED = ("--fsync=off", "--full_page_writes=off", "--synchronous_commit=off")

_processes: dict[str, subprocess.Popen[bytes]] = {}
_folder = Path(tempfile.mkdtemp(prefix="skillmoe-tests-"))
_servers: Servers | None = None
migrated = False  # whether the database already has the product's tables


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests() -> None:
    """Start the servers; the data folder is the tests' own too."""
    global _servers, migrated
    os.environ["SKILLMOE_DATA"] = str(_folder)
    folder = DataFolder(_folder)
    folder.make()
    migrated = "DATABASE_URL" not in os.environ and begin_migrated(folder)
    _servers = prepare(folder)
    for program in _servers.programs:
        _start(program)
    _servers.wait_until_ready()
    os.environ["DATABASE_URL"] = _servers.database_url
    os.environ["REDIS_URL"] = _servers.redis_url


def pytest_unconfigure() -> None:
    """Stop them the way they were started: Postgres first hears of it, then Redis."""
    for process in _processes.values():
        process.send_signal(signal.SIGINT)
    for process in _processes.values():
        process.wait(STOP_SECONDS)
    shutil.rmtree(_folder, ignore_errors=True)


def stop(name: str, how: signal.Signals) -> None:
    """Take "postgres" or "redis" away from a test; `start` brings it back."""
    if name not in _processes:
        pytest.skip(f"the {name} of the environment is not ours to stop")
    _processes[name].send_signal(how)
    _processes[name].wait(STOP_SECONDS)


def start(name: str) -> None:
    """On the same port and the same data; returns when it answers."""
    assert _servers is not None
    _start(next(program for program in _servers.programs if program.name == name))
    _servers.wait_until_ready()


@contextmanager
def silent(name: str) -> Iterator[None]:
    """It takes connections and whatever is sent, and answers nothing."""
    if name not in _processes:
        pytest.skip(f"the {name} of the environment is not ours to stop")
    _processes[name].send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        _processes[name].send_signal(signal.SIGCONT)


def _start(program: Program) -> None:
    if program.name == "postgres":  # what is thrown away need not outlast a machine without power
        program = replace(program, command=(*program.command, *NOT_SYNCED))
    with (_folder / "logs" / f"{program.name}.log").open("ab") as log:
        _processes[program.name] = subprocess.Popen(
            program.argv(), stdout=log, stderr=log, start_new_session=True
        )
