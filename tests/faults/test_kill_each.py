"""kill -9 of each process of the whole product, in turn: nothing outlives its parent, or a stop."""

import os
import re
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from tests.processes.test_serve import launched, launcher, ours, wait_until_gone, wait_until_ready
from webapp.processes.folder import alive

__all__ = ["launched", "launcher"]  # fixtures

pytestmark = [pytest.mark.faults, pytest.mark.usefixtures("not_the_tests_servers")]

BACK_SECONDS = 120
SETTLED_SECONDS = 6


@pytest.fixture
def not_the_tests_servers(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", "REDIS_URL", "SKILLMOE_DATA", "SKILLMOE_PORT"):
        monkeypatch.delenv(name, raising=False)


def kinds(manager: psutil.Process) -> dict[str, list[int]]:
    """What the manager runs and all that these have started; those of one kind together, which is
    known by the command, and among children of one command by the parent's."""
    found: dict[str, list[int]] = {}
    for process in manager.children(recursive=True):
        with suppress(psutil.Error):  # it has just ended
            command = re.sub(r"[0-9]+", "", " ".join(process.cmdline()))
            if command.startswith("postgres:"):
                command = "postgres:"  # what it does just now follows
            depth = "program" if process.ppid() == manager.pid else "child"
            found.setdefault(f"{depth} {command}", []).append(process.pid)
    return found


def settled(manager: psutil.Process) -> dict[str, list[int]]:
    """Once nothing has come or gone for some seconds."""
    give_up = time.monotonic() + BACK_SECONDS
    seen, since = kinds(manager), time.monotonic()
    while time.monotonic() - since < SETTLED_SECONDS:
        assert time.monotonic() < give_up
        time.sleep(0.5)
        if set(now := kinds(manager)) != set(seen):
            since = time.monotonic()
        seen = now
    return seen


def test_each_process_takes_its_own_with_it(
    launcher: subprocess.Popen[str], tmp_path: Path
) -> None:
    wait_until_ready(launcher, tmp_path)
    (manager,) = psutil.Process(launcher.pid).children()
    killed: set[str] = set()
    while left := {kind: of for kind, of in settled(manager).items() if kind not in killed}:
        kind, (pid, *_) = next(iter(left.items()))
        killed.add(kind)
        theirs = {child.pid for child in psutil.Process(pid).children(recursive=True)}
        os.kill(pid, signal.SIGKILL)
        wait_until_gone({pid, *theirs})
        print(f"killed {kind[-90:]} and with it {len(theirs)}")
    assert len(killed) >= 8
    launcher.terminate()
    launcher.communicate(timeout=60)
    assert ours(tmp_path / "data") == {}


def test_nothing_outlives_a_killed_manager(launcher: subprocess.Popen[str], tmp_path: Path) -> None:
    wait_until_ready(launcher, tmp_path)
    (manager,) = psutil.Process(launcher.pid).children()
    settled(manager)
    manager.kill()
    launcher.communicate(timeout=60)
    assert launcher.returncode == 1
    assert not [pid for pid in ours(tmp_path / "data") if alive(pid)]
