"""A server that cannot start for want of room is not given up."""

import os
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from webapp.processes.disk import Disk
from webapp.processes.folder import DataFolder
from webapp.processes.manager import Manager
from webapp.processes.product import Product
from webapp.processes.program import Program

pytestmark = pytest.mark.faults

GIVEN_UP_SECONDS = 120
STARTS = "import os, sys, time; time.sleep(0 if not os.path.exists(sys.argv[1]) else 999)"


def test_it_starts_once_there_is_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten failed starts, as PostgreSQL's are when its log cannot be written."""
    free = 0
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=free, total=10**9))
    folder, room = DataFolder(tmp_path), tmp_path / "room"
    with folder.owned() as lock:
        command = (sys.executable, "-c", STARTS, str(room))
        manager = Manager(folder, [Program("postgres", command)], [])
        product = Product("", "", "", tmp_path, None, {}, manager, Disk(tmp_path))
        try:
            manager.start(lock, os.environ)
            until = time.monotonic() + GIVEN_UP_SECONDS
            while not manager.given_up():
                product.disk.was_full()
                assert time.monotonic() < until, "it is not given up at all"
                time.sleep(0.5)
            assert product.check() == [] and not manager.given_up()
            free = 10**9
            room.touch()
            while [state.state for state in manager.states()] != ["RUNNING"]:
                assert time.monotonic() < until, "it is not started again"
                product.check()
                time.sleep(0.5)
        finally:
            manager.stop()
