"""Logs on a full disk end nothing: /dev/full takes no byte, as a disk without room."""

import os
import sys
import time
from contextlib import suppress
from pathlib import Path

from supervisor.loggers import LogRecord

from webapp.processes.folder import DataFolder
from webapp.processes.manager import Manager
from webapp.processes.program import Program
from webapp.processes.supervising import LossyHandler

CHATTY = "import time\nwhile True: print('x' * 9000, flush=True); time.sleep(0.02)"
SECONDS = 3.0


def test_a_process_manager_without_room_for_logs(tmp_path: Path) -> None:
    """Neither it nor what it runs ends, however much they write."""
    folder = DataFolder(tmp_path)
    with folder.owned() as lock:
        for name in ("manager.log", "manager-output.log", "chatty.log"):
            (folder.logs / name).symlink_to("/dev/full")
        chatty = Program("chatty", (sys.executable, "-c", CHATTY))
        manager = Manager(folder, [chatty], [])
        try:
            manager.start(lock, os.environ)
            seen = set()
            until = time.monotonic() + SECONDS
            while time.monotonic() < until:
                seen |= {state.pid for state in manager.states() if state.pid}
                time.sleep(0.2)
            assert [state.state for state in manager.states()] == ["RUNNING"]
            assert len(seen) == 1, "it was started again"
        finally:
            manager.stop()


def test_a_log_goes_on_when_there_is_room_again(tmp_path: Path) -> None:
    """Also where its file could not be closed whole, as when it is rotated."""
    log = tmp_path / "log"
    log.symlink_to("/dev/full")
    handler = LossyHandler(str(log), maxBytes=2000, backupCount=1)
    handler.setFormat("%(message)s")
    for _ in range(30):
        handler.emit(LogRecord(20, b"lost\n"))
    with suppress(OSError):
        handler.stream.close()
    log.unlink()
    handler.emit(LogRecord(20, b"kept\n"))
    assert log.read_bytes() == b"kept\n"
