"""Rows of seats as a stream of bytes: JSON lines, CSV, Parquet. No more than a few are held."""

import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from webapp.exports.columns import COLUMNS, NAMES, Kind
from webapp.files import csv_cells

Row = Mapping[str, Any]
Batches = Iterable[list[Row]]
GROUP_ROWS = 5_000  # of a row group in Parquet, or
GROUP_CHARS = 16 * 2**20  # whichever comes first


def as_jsonl(batches: Batches) -> Iterator[bytes]:
    for batch in batches:
        yield "".join(_json(_in_order(row)) + "\n" for row in batch).encode()


def as_csv(batches: Batches) -> Iterator[bytes]:
    """Cells that a spreadsheet would reckon with begin with a quote."""
    yield csv_cells.lines([NAMES]).encode()
    for batch in batches:
        rows = ((_moment(row.get(name)) for name in NAMES) for row in batch)
        yield csv_cells.lines(rows).encode()


def as_parquet(batches: Batches) -> Iterator[bytes]:
    """In row groups: what is written of one is sent, and forgotten."""
    import pyarrow  # 50 MB, for those who ask for it
    from pyarrow import parquet

    kinds = {
        Kind.TEXT: pyarrow.string(),
        Kind.WHOLE: pyarrow.int64(),
        Kind.REAL: pyarrow.float64(),
        Kind.FLAG: pyarrow.bool_(),
        Kind.TIME: pyarrow.timestamp("us", tz="UTC"),
        Kind.JSON: pyarrow.string(),
    }
    schema = pyarrow.schema([(column.name, kinds[column.kind]) for column in COLUMNS])
    sent = _Sent()
    with parquet.ParquetWriter(pyarrow.PythonFile(sent, "w"), schema, compression="zstd") as writer:
        for group in _groups(batches):
            writer.write_batch(pyarrow.RecordBatch.from_pylist(group, schema))
            if part := sent.take():
                yield part
    yield sent.take()


@dataclass(frozen=True)
class Form:
    """A kind of file: how it is called in addresses and on pages, and what it is."""

    name: str
    title: str
    kind: str  # its media type
    write: Callable[[Batches], Iterator[bytes]]


FORMS: Mapping[str, Form] = {
    form.name: form
    for form in (
        Form("csv", "CSV", "text/csv; charset=utf-8", as_csv),
        Form("jsonl", "JSON lines", "application/jsonl", as_jsonl),
        Form("parquet", "Parquet", "application/vnd.apache.parquet", as_parquet),
    )
}


class _Sent(io.RawIOBase):
    """Holds what was written until it is taken."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._place = 0

    def writable(self) -> bool:
        return True

    def write(self, part: Any) -> int:
        told = bytes(part)
        self._parts.append(told)
        self._place += len(told)
        return len(told)

    def tell(self) -> int:
        return self._place

    def take(self) -> bytes:
        taken, self._parts = b"".join(self._parts), []
        return taken


def _groups(batches: Batches) -> Iterator[list[dict[str, Any]]]:
    group: list[dict[str, Any]] = []
    chars = 0
    for batch in batches:
        for row in batch:
            group.append({name: _in_cell(row.get(name)) for name in NAMES})
            chars += sum(len(row.get(name) or "") for name in ("prompt", "output"))
        if len(group) >= GROUP_ROWS or chars >= GROUP_CHARS:
            yield group
            group, chars = [], 0
    if group:
        yield group


def _in_order(row: Row) -> dict[str, Any]:
    return {name: _moment(row.get(name)) for name in NAMES}


def _in_cell(value: Any) -> Any:
    return _json(value) if isinstance(value, dict | list) else value


def _moment(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
