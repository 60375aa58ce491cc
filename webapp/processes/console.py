"""What the processes write to their logs, copied to the launcher's terminal."""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO

PAUSE_SECONDS = 0.3


class LogTail:
    """Reads what is added to a log from now on, also across its rotation."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: TextIO | None = None
        self._rest = ""
        if path.exists():
            self._file = path.open(errors="replace")
            self._file.seek(0, 2)

    def lines(self) -> Iterator[str]:
        """The complete lines that have come since the last call."""
        yield from self._read()
        if self._rotated():
            self._file = self._path.open(errors="replace")
            yield from self._read()

    def _rotated(self) -> bool:
        if not self._path.exists():
            return False
        return self._file is None or not self._path.samefile(f"/dev/fd/{self._file.fileno()}")

    def _read(self) -> Iterator[str]:
        if self._file is None:
            return
        *lines, self._rest = (self._rest + self._file.read()).split("\n")
        yield from lines


@contextmanager
def copied_logs(logs: Path, names: list[str], out: TextIO = sys.stderr) -> Iterator[None]:
    """Copy the named processes' logs to `out`, each line after its process' name."""
    tails = {name: LogTail(logs / f"{name}.log") for name in names}
    width = max(map(len, names))
    ended = threading.Event()

    def copy() -> None:
        for name, tail in tails.items():
            for line in tail.lines():
                print(f"{name:{width}} | {line}", file=out, flush=True)

    def follow() -> None:
        with suppress(OSError):  # the terminal is closed
            while not ended.wait(PAUSE_SECONDS):
                copy()
            copy()

    thread = threading.Thread(target=follow, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
