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
from itertools import chain, islice
from pathlib import Path
from typing import Any, TextIO

from webapp.confined import end_with
from webapp.files.errors import FileRefused, RowRefused
from webapp.files.formats import open_table
from webapp.files.limits import Limits
from webapp.files.readers import Columns, Reader, factory_at
from webapp.files.tables import NO_TEXT, Table

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
        found |= {"names": error.names, "first": error.first}
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
    table = open_table(path, limits)
    taker = _reader(table, reader, settings)
    wanted = _names(taker.columns)
    size = bad_rows = 0
    errors: list[tuple[int, str]] = []
    for row, record in enumerate(table.rows(wanted), start=1):
        if row > limits.rows:
            raise FileRefused(limits.too_many_rows())
        try:
            if isinstance(record, str):
                raise RowRefused(record)
            kept = taker.take(row, record)
        except RowRefused as error:
            bad_rows += 1
            problems.write(json.dumps([row, str(error)]) + "\n")
            if bad_rows <= ERRORS_KEPT:
                errors.append((row, str(error)))
        else:
            size += 1
            output.write(json.dumps(kept) + "\n")
    if not size + bad_rows:
        raise FileRefused("The file has no rows: add at least one.")
    return {
        "format": table.format,
        "names": table.names,
        "columns": taker.columns,
        "unused": [name for name in table.names if name not in wanted],
        "warnings": _warnings(taker, table),
        "size": size,
        "bad_rows": bad_rows,
        "errors": errors,
    }


def _reader(table: Table, path: str, settings: Mapping[str, Any]) -> Reader:
    """The reader for a table. An empty table is refused as such, whatever its columns."""
    try:
        return factory_at(path)(table.names, settings)
    except FileRefused as error:
        if next(table.rows(()), None) is None:
            raise FileRefused("The file has no rows: add at least one.") from None
        error.names = table.names
        error.first = _first(table)
        raise


def _warnings(taker: Reader, table: Table) -> list[str]:
    """Raises FileRefused where the rows together say that the columns were taken wrongly."""
    try:
        return taker.warnings
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
