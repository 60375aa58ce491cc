"""Real Postgres and Redis for the tests: the embedded ones, unless the environment names others.

A pytest plugin (see pyproject.toml), because Django's settings are read before any conftest.
"""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

from webapp.processes.folder import DataFolder
from webapp.processes.servers import prepare

_processes: list[subprocess.Popen[bytes]] = []
_folder = Path(tempfile.mkdtemp(prefix="skillmoe-tests-"))


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests() -> None:
    """Start the servers; the data folder is the tests' own too."""
    os.environ["SKILLMOE_DATA"] = str(_folder)
    folder = DataFolder(_folder)
    folder.make()
    servers = prepare(folder)
    for program in servers.programs:
        log = (folder.logs / f"{program.name}.log").open("wb")
        process = subprocess.Popen(program.argv(), stdout=log, stderr=log, start_new_session=True)
        _processes.append(process)
    servers.wait_until_ready()
    os.environ["DATABASE_URL"] = servers.database_url
    os.environ["REDIS_URL"] = servers.redis_url


def pytest_unconfigure() -> None:
    """Stop them the way they were started: Postgres first hears of it, then Redis."""
    for process in _processes:
        process.send_signal(2)
    for process in _processes:
        process.wait(30)
    shutil.rmtree(_folder, ignore_errors=True)
