"""The process that reads one file: `python -m webapp.files.child`, with its task as JSON on stdin.

It knows no Django and no database. It binds itself to its limits, writes what the reader keeps of
the good rows and what is wrong with the others to two files as JSON lines, and a report as JSON to
stdout. If it dies, at its limits or because a file is made to crash its parser, nothing else does;
and it dies with its parent.
"""

import csv
import errno
import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from itertools import chain, islice
from pathlib import Path
from typing import Any, TextIO

from webapp.confined import end_with
from webapp.files.errors import FileRefused, RowRefused
from webapp.files.formats import open_table
from webapp.files.json.nested import unused
from webapp.files.limits import Limits
from webapp.files.readers import Columns, Reader, factory_at
from webapp.files.tables import NO_TEXT, How, Table

ERRORS_KEPT = 1_000  # rows
ROWS_SHOWN, COLUMNS_SHOWN, CELL_SHOWN = 5, 20, 200  # of a file that is not taken as it is


def main() -> None:
    task = json.load(sys.stdin)
    end_with(task["parent"])
    limits = Limits(**task["limits"])
    limits.apply()
    csv.field_size_limit(limits.cell)
    try:
        with Path(task["output"]).open("w") as output, Path(task["problems"]).open("w") as problems:
            found = convert(
                Path(task["path"]), output, problems, task["reader"], task["settings"], limits
            )
    except FileRefused as error:
        found = {"refused": str(error), "field": error.field}
        found |= {"names": error.names, "first": error.first, "asks": error.asks}
    except MemoryError:
        found = {"refused": limits.out_of_memory()}
    except OSError as error:
        if error.errno != errno.EFBIG:
            raise
        found = {"refused": limits.unpacks_to_too_much()}
    json.dump(found, sys.stdout)


def convert(
    path: Path,
    output: TextIO,
    problems: TextIO,
    reader: str,
    settings: Mapping[str, Any],
    limits: Limits,
) -> dict[str, Any]:
    """Write the good rows and the others' problems, and report on the file. Raises FileRefused."""
    table = open_table(path, limits, How(**settings.get("how", {})))
    taker = _reader(table, reader, settings)
    wanted = _names(taker.columns)
    _look(table, taker, wanted)
    kept = _Kept(output, problems)
    row = 0
    for row, record in enumerate(table.rows(wanted), start=1):
        if row > limits.rows:
            raise FileRefused(limits.too_many_rows())
        try:
            if isinstance(record, str):
                raise RowRefused(record)
            kept.good(taker.take(row, record))
        except RowRefused as error:
            kept.bad(row, str(error))
    try:
        for last in taker.rest():
            kept.good(last)
    except RowRefused as error:
        kept.bad(row, str(error))
    if not row:
        raise FileRefused("The file has no rows: add at least one.")
    return {
        "format": table.format,
        "names": table.names,
        "columns": taker.columns,
        "unused": unused(table.names, wanted),
        "warnings": [*table.notes, *_warnings(taker, table)],
        "told": taker.told,
        "size": kept.size,
        "bad_rows": kept.bad_rows,
        "errors": kept.errors,
    }


class _Kept:
    """What was made of the rows, on its way to two files."""

    def __init__(self, output: TextIO, problems: TextIO) -> None:
        self._output, self._problems = output, problems
        self.size = self.bad_rows = 0
        self.errors: list[tuple[int, str]] = []

    def good(self, kept: dict[str, Any] | None) -> None:
        if kept is not None:
            self.size += 1
            self._output.write(json.dumps(kept) + "\n")

    def bad(self, row: int, message: str) -> None:
        self.bad_rows += 1
        self._problems.write(json.dumps([row, message]) + "\n")
        if self.bad_rows <= ERRORS_KEPT:
            self.errors.append((row, message))


def _look(table: Table, taker: Reader, wanted: list[str]) -> None:
    """Show the reader the rows that it wants to see first. Raises FileRefused."""
    if not taker.looks_at:
        return
    for record in islice(table.rows(wanted), taker.looks_at):
        if isinstance(record, dict):
            with suppress(RowRefused):  # told of when it is taken
                taker.look(record)
    with _shown_with(table):
        taker.decide()


def _reader(table: Table, path: str, settings: Mapping[str, Any]) -> Reader:
    """The reader for a table. An empty table is refused as such, whatever its columns."""
    try:
        with _shown_with(table):
            return factory_at(path)(table, settings)
    except FileRefused:
        if next(table.rows(()), None) is None:
            raise FileRefused("The file has no rows: add at least one.") from None
        raise


def _warnings(taker: Reader, table: Table) -> list[str]:
    """Raises FileRefused where the rows together say that the columns were taken wrongly."""
    with _shown_with(table):
        return taker.warnings


@contextmanager
def _shown_with(table: Table) -> Iterator[None]:
    """A refusal that another mapping may help comes with what a person needs to see."""
    try:
        yield
    except FileRefused as error:
        error.names = table.names
        error.first = _first(table)
        raise


def _first(table: Table) -> list[list[str]]:
    """What people need to see to say which column is what; nothing where that is too much."""
    names = table.names[:COLUMNS_SHOWN]
    try:
        rows = [row for row in islice(table.rows(names), ROWS_SHOWN) if isinstance(row, dict)]
        return [[_shown(row.get(name)) for name in names] for row in rows]
    except (FileRefused, MemoryError, RecursionError):
        return []


def _shown(cell: object) -> str:
    if cell is None:
        return ""
    text = cell if isinstance(cell, str) else json.dumps(cell, ensure_ascii=False)
    return NO_TEXT.sub("\N{REPLACEMENT CHARACTER}", text[:CELL_SHOWN])


def _names(columns: Columns) -> list[str]:
    """The columns of the file that were taken for something, each once."""
    found: Iterator[list[str]] = (
        [taken] if isinstance(taken, str) else taken for taken in columns.values()
    )
    return list(dict.fromkeys(chain.from_iterable(found)))


if __name__ == "__main__":
    main()
