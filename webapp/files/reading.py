"""Reading an uploaded file, from the side of the process that serves others meanwhile."""

import hashlib
import json
import logging
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from stat import S_ISREG
from typing import Any, Protocol

from django.conf import settings as product

from webapp.files.errors import FileRefused, RowError
from webapp.files.limits import MB, Limits, raised
from webapp.files.readers import Columns

log = logging.getLogger(__name__)

UNPACKED = 10  # times the largest upload: what its rows may take on disk
# Arrow takes memory in large pieces by itself, and NumPy's libraries start threads.
ENVIRONMENT = {
    "ARROW_DEFAULT_MEMORY_POOL": "system",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "PYTHONUTF8": "1",
}
INHERITED = ("PATH", "LD_LIBRARY_PATH", "PYTHONDONTWRITEBYTECODE")  # no credentials


class Chunked(Protocol):
    """An uploaded file, as Django has it."""

    def chunks(self) -> Iterator[bytes]: ...


@dataclass(frozen=True)
class FileRead:
    """A file that was read. `errors` are the first 1,000 of `bad_rows`; `size` counts good rows."""

    output: Path
    sha256: str
    format: str
    columns: Columns
    unused: list[str]
    warnings: list[str]
    size: int
    errors: list[RowError]
    bad_rows: int

    def rows(self) -> Iterator[dict[str, Any]]:
        """What the reader kept of the good rows, in order; never held all at once."""
        with self.output.open() as lines:
            yield from map(json.loads, lines)


@contextmanager
def read_file(
    file: Path | Chunked, filename: str, reader: str, settings: Mapping[str, Any] | None = None
) -> Iterator[FileRead]:
    """Read a file with the reader at a dotted path; within the context its rows can be had.

    Raises FileRefused, whose message begins with the file's name.
    """
    limits = _limits()
    with tempfile.TemporaryDirectory(
        prefix="skillmoe-upload-", dir=product.FILE_UPLOAD_TEMP_DIR
    ) as made:
        folder = Path(made)
        try:
            path = _on_disk(file, folder, limits)
            report = _report(path, folder, reader, settings or {}, limits)
        except FileRefused as error:
            message = f"{filename}: {error}" if filename else str(error)
            raise FileRefused(message, field=error.field) from None
        report["errors"] = [RowError(row, message) for row, message in report["errors"]]
        with path.open("rb") as opened:
            sha256 = hashlib.file_digest(opened, "sha256").hexdigest()
        yield FileRead(output=folder / "rows", sha256=sha256, **report)


def _limits() -> Limits:
    return Limits(
        file=product.UPLOAD_LIMIT_BYTES,
        rows=product.UPLOAD_LIMIT_ROWS,
        cell=product.CELL_LIMIT_CHARACTERS,
        memory=product.READING_MEMORY_BYTES,
        seconds=product.READING_SECONDS,
        output=product.UPLOAD_LIMIT_BYTES * UNPACKED,
    )


def _on_disk(file: Path | Chunked, folder: Path, limits: Limits) -> Path:
    """Where the file lies, which is its own place if it has one. Raises FileRefused."""
    if isinstance(file, Path):
        path = file
    elif hasattr(file, "temporary_file_path"):
        path = Path(file.temporary_file_path())
    else:
        path = folder / "upload"
        with path.open("wb") as copy:
            for chunk in file.chunks():
                copy.write(chunk)
                if copy.tell() > limits.file:
                    break
    try:
        found = path.stat()
    except OSError as error:
        raise FileRefused(f"The file cannot be read: {error.strerror or error}.") from None
    if not S_ISREG(found.st_mode):
        raise FileRefused("This is no file that can be read: choose another one.")
    if found.st_size > limits.file:
        raise FileRefused(
            f"The file has more than {limits.file / MB:,g} MB: {raised('SKILLMOE_UPLOAD_LIMIT_MB')}"
        )
    return path


def _report(
    path: Path, folder: Path, reader: str, settings: Mapping[str, Any], limits: Limits
) -> dict[str, Any]:
    """What the child says of the file. Raises FileRefused when it refuses it, or dies of it."""
    task = {
        "parent": os.getpid(),
        "path": str(path.resolve()),
        "output": str(folder / "rows"),
        "reader": reader,
        "settings": dict(settings),
        "limits": asdict(limits),
    }
    code = _run(json.dumps(task).encode(), folder, limits.seconds)
    if code != 0:
        raise FileRefused(_death(code, folder, limits))
    report: dict[str, Any] = json.loads((folder / "report").read_bytes())
    if "refused" in report:
        raise FileRefused(report["refused"], field=report.get("field", "file"))
    return report


def _run(task: bytes, folder: Path, seconds: int) -> int:
    """The child's exit code, negative for a signal. It is gone afterwards, whatever happens."""
    with (folder / "report").open("wb") as report, (folder / "log").open("wb") as complaints:
        process = subprocess.Popen(
            [sys.executable, "-m", "webapp.files.child"],
            cwd=product.BASE_DIR,
            env=ENVIRONMENT | {name: os.environ[name] for name in INHERITED if name in os.environ},
            stdin=subprocess.PIPE,
            stdout=report,
            stderr=complaints,
        )
        try:
            process.communicate(task, timeout=seconds)
        except subprocess.TimeoutExpired:
            return -signal.SIGXCPU  # by the clock, as if by the processor's
        finally:
            process.kill()
            process.wait()
    return process.returncode


def _death(code: int, folder: Path, limits: Limits) -> str:
    """Why the child has probably died, and what to do."""
    said = (folder / "log").read_text(errors="replace")[-4000:]
    if code == -signal.SIGXCPU:
        return (
            f"Reading the file takes more than {limits.seconds:,} seconds:"
            f" {raised('SKILLMOE_READING_SECONDS')}"
        )
    if code == -signal.SIGKILL or "bad_alloc" in said or "MemoryError" in said:
        return limits.out_of_memory()
    log.error("The process that read a file ended with %d: %s", code, said)
    name = signal.Signals(-code).name if code < 0 else f"exit code {code}"
    return (
        f"The file cannot be read: reading it failed ({name}). It is probably damaged:"
        " export it again, or try another format."
    )
