"""Data folders of their own, with the servers that belong to them."""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from webapp.processes.folder import DataFolder
from webapp.processes.manager import Manager
from webapp.processes.servers import Servers, prepare

RunningServers = Callable[[Path], AbstractContextManager[tuple[Servers, Manager]]]


@pytest.fixture(autouse=True)
def nothing_configured(monkeypatch: pytest.MonkeyPatch) -> None:
    """The other tests' servers are not these tests' servers."""
    for name in ("DATABASE_URL", "REDIS_URL", "SKILLMOE_DATA", "SKILLMOE_PORT"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def running_servers() -> RunningServers:
    """Start the embedded servers of a data folder, under the real manager; stop them after."""

    @contextmanager
    def running(path: Path) -> Iterator[tuple[Servers, Manager]]:
        folder = DataFolder(path)
        with folder.owned() as lock:
            servers = prepare(folder)
            manager = Manager(folder, servers.programs, [])
            try:
                manager.start(lock, os.environ)
                servers.wait_until_ready()
                yield servers, manager
            finally:
                manager.stop()

    return running
