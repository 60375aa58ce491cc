"""The data folder: who owns it now, and where its parts are."""

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from webapp.processes.errors import AlreadyRunning

STOPPING_SECONDS = 20  # an earlier product whose launcher was killed has ended by then


def alive(pid: int) -> bool:
    """Whether a process of that number runs, whoever it belongs to; an ended one does not count
    although its parent has not taken note of it yet."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return status.rpartition(")")[2].split()[0] not in "ZX"


@dataclass(frozen=True)
class DataFolder:
    """Everything that the product keeps, and while it runs the addresses of its servers."""

    path: Path

    @property
    def logs(self) -> Path:
        """One log per process, rotated."""
        return self.path / "logs"

    @property
    def run(self) -> Path:
        """What is of use only while the product runs."""
        return self.path / "run"

    @property
    def addresses(self) -> Path:
        """Read by webapp.config.settings, so that commands find the running servers."""
        return self.path / "servers.json"

    def make(self) -> None:
        """The folder itself keeps the usual rights; what is secret in it is closed to others."""
        self.path.mkdir(parents=True, exist_ok=True)
        for part in (self.logs, self.run):
            part.mkdir(exist_ok=True)
            part.chmod(0o700)

    def read_addresses(self) -> dict[str, str | int]:
        """What a launcher wrote; empty if none runs or its start is not that far."""
        try:
            found: dict[str, str | int] = json.loads(self.addresses.read_text())
        except (OSError, ValueError):
            return {}
        return found

    def write_addresses(self, database_url: str, redis_url: str, web_url: str) -> None:
        """For the owner's eyes only: the addresses hold passwords."""
        content = {
            "database_url": database_url,
            "redis_url": redis_url,
            "web_url": web_url,
            "pid": os.getpid(),
        }
        write_private(self.addresses, json.dumps(content, indent=2) + "\n")

    @contextmanager
    def owned(self) -> Iterator[int]:
        """Hold the folder's lock; gives the lock's file descriptor.

        The process manager inherits it: the folder is free when manager and launcher are gone.
        Raises AlreadyRunning, with the address of the product that holds it.
        """
        self.make()
        lock = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            self._take(lock)
            self.addresses.unlink(missing_ok=True)  # left behind by a launcher that was killed
            for arriving in (self.path / "uploads").glob("tmp*"):  # and by a web server
                arriving.unlink(missing_ok=True)
            try:
                yield lock
            finally:
                self.addresses.unlink(missing_ok=True)
        finally:
            os.close(lock)

    def _take(self, lock: int) -> None:
        """Wait only for a product that is stopping because its launcher is gone."""
        give_up = time.monotonic() + STOPPING_SECONDS
        while True:
            try:
                return fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                running = self.read_addresses()
            pid = int(running.get("pid", 0))
            if not pid or alive(pid) or time.monotonic() > give_up:
                raise AlreadyRunning(
                    f"Skill-MoE already runs on {self.path}: "
                    f"{running.get('web_url', 'it is just starting')} (process {pid or 'unknown'})."
                    " Stop it first, or set SKILLMOE_DATA to another folder."
                )
            time.sleep(0.2)


def write_private(path: Path, text: str) -> None:
    """Replace the file in one go; nobody but the owner can read it at any time."""
    fresh = path.with_name(path.name + ".new")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    fresh.replace(path)
