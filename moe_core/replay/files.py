"""Reads question files and response files: JSON Lines, JSON, CSV or Parquet, by their ending."""

import csv
import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from moe_core.errors import RecordingError

Row = Mapping[str, Any]


def read_rows(path: Path) -> Iterator[Row]:
    """The rows of a file. Raises RecordingError where it cannot be read."""
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise RecordingError(f"{path}: give a file that ends in one of {', '.join(READERS)}")
    try:
        for number, row in enumerate(reader(path), start=1):
            if not isinstance(row, Mapping):
                raise RecordingError(f"{path}, row {number}: not an object with named values")
            yield row
    except (OSError, ValueError, UnicodeError) as error:
        if isinstance(error, RecordingError):
            raise
        raise RecordingError(f"{path}: {error}") from error


def _jsonl(path: Path) -> Iterator[Row]:
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            if line.strip():
                try:
                    yield json.loads(line)
                except json.JSONDecodeError as error:
                    raise RecordingError(f"{path}, line {number}: {error}") from error


def _json(path: Path) -> Iterator[Row]:
    rows = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(rows, list):
        raise RecordingError(f"{path}: not a list of objects")
    yield from rows


def _csv(path: Path) -> Iterator[Row]:
    with path.open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def _parquet(path: Path) -> Iterator[Row]:
    from pyarrow import parquet  # the one place that needs it

    with parquet.ParquetFile(path) as file:
        for batch in file.iter_batches(batch_size=1000):
            yield from batch.to_pylist()


READERS: dict[str, Callable[[Path], Iterator[Row]]] = {
    ".jsonl": _jsonl,
    ".json": _json,
    ".csv": _csv,
    ".parquet": _parquet,
}
