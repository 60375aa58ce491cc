"""Reading an uploaded file, from the side of the process that serves others meanwhile.

All that is written on the way has no name on disk, so nothing stays behind, even if this process is
killed.
"""

import hashlib
import json
import logging
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from stat import S_ISREG
from tempfile import TemporaryFile
from threading import BoundedSemaphore
from typing import Any, BinaryIO, Protocol

from django.conf import settings as product

from webapp.confined import environment
from webapp.files.errors import FileRefused, RowError
from webapp.files.limits import MB, Limits, raised
from webapp.files.readers import Columns

log = logging.getLogger(__name__)

LONGEST_REPORT = 16 * MB
AT_ONCE = 4  # files; each may take as much memory as the limit says, so others wait
_turns = BoundedSemaphore(AT_ONCE)
UNPACKED = 10  # times the largest upload: what its rows may take on disk


class Chunked(Protocol):
    """An uploaded file, as Django has it."""

    def chunks(self) -> Iterator[bytes]: ...


@dataclass(frozen=True)
class FileRead:
    """A file that was read. `errors` are the first 1,000 of `bad_rows`; `size` counts good rows."""

    output: BinaryIO
    problems: BinaryIO
    sha256: str
    format: str
    names: list[str]  # of all columns
    columns: Columns
    unused: list[str]
    warnings: list[str]
    told: dict[str, Any]  # by the reader
    size: int
    errors: list[RowError]
    bad_rows: int

    def rows(self) -> Iterator[dict[str, Any]]:
        """What the reader kept of the good rows, in order; never held all at once."""
        yield from map(json.loads, self.lines())

    def lines(self) -> Iterator[bytes]:
        """The same as JSON, a row a line."""
        with open(_path(self.output), "rb") as lines:
            yield from lines

    def all_errors(self) -> Iterator[RowError]:
        """Those of all bad rows, in order; never held all at once."""
        with open(_path(self.problems), "rb") as lines:
            for line in lines:
                yield RowError(*json.loads(line))


@contextmanager
def read_file(
    file: Path | Chunked, filename: str, reader: str, settings: Mapping[str, Any] | None = None
) -> Iterator[FileRead]:
    """Read a file with the reader at a dotted path; within the context its rows can be had.

    Raises FileRefused, whose message begins with the file's name.
    """
    limits = _limits()
    with _scratch() as output, _scratch() as problems:
        try:
            with _opened(file, limits) as source:
                report = _report(source, (output, problems), reader, settings or {}, limits)
                with open(_path(source), "rb") as again:
                    sha256 = hashlib.file_digest(again, "sha256").hexdigest()
        except FileRefused as error:
            message = f"{filename}: {error}" if filename else str(error)
            raise FileRefused(
                message,
                field=error.field,
                names=error.names,
                first=error.first,
                asks=error.asks,
            ) from None
        report["errors"] = [RowError(row, message) for row, message in report["errors"]]
        yield FileRead(output=output, problems=problems, sha256=sha256, **report)


def _limits() -> Limits:
    return Limits(
        file=product.UPLOAD_LIMIT_BYTES,
        rows=product.UPLOAD_LIMIT_ROWS,
        cell=product.CELL_LIMIT_CHARACTERS,
        memory=product.READING_MEMORY_BYTES,
        seconds=product.READING_SECONDS,
        output=product.UPLOAD_LIMIT_BYTES * UNPACKED,
    )


def _opened(file: Path | Chunked, limits: Limits) -> BinaryIO:
    """The file, from where it lies on disk if it does. Raises FileRefused."""
    if hasattr(file, "temporary_file_path"):
        file = Path(file.temporary_file_path())
    opened = _regular(file) if isinstance(file, Path) else _copied(file, limits)
    if os.fstat(opened.fileno()).st_size > limits.file:
        opened.close()
        raise FileRefused(
            f"The file has more than {limits.file / MB:,g} MB: {raised('SKILLMOE_UPLOAD_LIMIT_MB')}"
        )
    return opened


def _regular(path: Path) -> BinaryIO:
    try:
        if not S_ISREG(path.stat().st_mode):
            raise FileRefused("This is no file that can be read: choose another one.")
        return path.open("rb")
    except OSError as error:
        raise FileRefused(f"The file cannot be read: {error.strerror or error}.") from None


def _copied(file: Chunked, limits: Limits) -> BinaryIO:
    copy = _scratch()
    for chunk in file.chunks():
        copy.write(chunk)
        if copy.tell() > limits.file:
            break
    copy.flush()
    return copy


def _scratch() -> BinaryIO:
    """A file without a name, where uploads go."""
    return TemporaryFile(dir=product.FILE_UPLOAD_TEMP_DIR)


def _path(file: BinaryIO) -> str:
    """A path for a file that may have no name, in this process and in one that inherits it."""
    return f"/proc/self/fd/{file.fileno()}"


def _report(
    source: BinaryIO,
    written: tuple[BinaryIO, BinaryIO],
    reader: str,
    settings: Mapping[str, Any],
    limits: Limits,
) -> dict[str, Any]:
    """What the child says of the file. Raises FileRefused when it refuses it, or dies of it."""
    output, problems = written
    task = {
        "parent": os.getpid(),
        "path": _path(source),
        "output": _path(output),
        "problems": _path(problems),
        "reader": reader,
        "settings": dict(settings),
        "limits": asdict(limits),
    }
    with _scratch() as said, _scratch() as complaints:
        inherited = (source.fileno(), output.fileno(), problems.fileno())
        code = _run(json.dumps(task).encode(), inherited, said, complaints, limits.seconds)
        said.seek(0)
        complaints.seek(0)
        if code != 0:
            raise FileRefused(_death(code, complaints.read(MB).decode(errors="replace"), limits))
        report: dict[str, Any] = json.loads(said.read(LONGEST_REPORT))
    if "refused" in report:
        raise FileRefused(
            report["refused"],
            field=report.get("field", "file"),
            names=report.get("names", ()),
            first=report.get("first", ()),
            asks=report.get("asks"),
        )
    return report


def _run(
    task: bytes, inherited: Sequence[int], said: BinaryIO, complaints: BinaryIO, seconds: int
) -> int:
    """The child's exit code, negative for a signal. It is gone afterwards, whatever happens."""
    with _turns:
        return _run_now(task, inherited, said, complaints, seconds)


def _run_now(
    task: bytes, inherited: Sequence[int], said: BinaryIO, complaints: BinaryIO, seconds: int
) -> int:
    process = subprocess.Popen(
        [sys.executable, "-m", "webapp.files.child"],
        cwd=product.BASE_DIR,
        # Arrow takes memory in large pieces by itself.
        env=environment(ARROW_DEFAULT_MEMORY_POOL="system"),
        stdin=subprocess.PIPE,
        stdout=said,
        stderr=complaints,
        pass_fds=inherited,
    )
    try:
        process.communicate(task, timeout=seconds)
    except subprocess.TimeoutExpired:
        return -signal.SIGXCPU  # by the clock, as if by the processor's
    finally:
        process.kill()
        process.wait()
    return process.returncode


def _death(code: int, said: str, limits: Limits) -> str:
    """Why the child has probably died, and what to do."""
    if code == -signal.SIGXCPU:
        return (
            f"Reading the file takes more than {limits.seconds:,} seconds:"
            f" {raised('SKILLMOE_READING_SECONDS')}"
        )
    if code == -signal.SIGKILL or "bad_alloc" in said or "MemoryError" in said:
        return limits.out_of_memory()
    log.error("The process that read a file ended with %d: %s", code, said[-4000:])
    name = signal.Signals(-code).name if code < 0 else f"exit code {code}"
    return (
        f"The file cannot be read: reading it failed ({name}). It is probably damaged:"
        " export it again, or try another format."
    )
