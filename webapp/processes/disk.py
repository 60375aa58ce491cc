"""Whether processes fail for want of room on the data folder's disk."""

import shutil
import sys
import time
from contextlib import suppress
from pathlib import Path

FULL = 2**20  # bytes: with less, PostgreSQL cannot even write that it starts
AFTERWARDS = 120.0  # seconds, in which what had no room is still failing


class Disk:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._full: float | None = None  # when it last was, on the monotonic clock

    def was_full(self) -> bool:
        """Just now, or a moment ago. Says so on the terminal when it begins."""
        now = time.monotonic()
        with suppress(OSError):
            if shutil.disk_usage(self._folder).free < FULL:
                if not self._is_recent(now):
                    print(
                        f"The disk of {self._folder} is full: make room; all waits for that.",
                        file=sys.stderr,
                        flush=True,
                    )
                self._full = now
        return self._is_recent(now)

    def _is_recent(self, now: float) -> bool:
        return self._full is not None and now - self._full < AFTERWARDS
