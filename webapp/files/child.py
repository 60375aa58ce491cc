"""The process that reads one file: `python -m webapp.files.child`, with its task as JSON on stdin.

It knows no Django and no database. It binds itself to its limits, writes what the reader keeps of
the good rows and what is wrong with the others to two files as JSON lines, and a report as JSON to
stdout. If it dies, at its limits or because a file is made to crash its parser, nothing else does;
and it dies with its parent.
"""

import csv
import ctypes
import errno
import json
import os
import signal
import sys
from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import Any, TextIO

from webapp.files.errors import FileRefused, RowRefused
from webapp.files.formats import open_table
from webapp.files.limits import Limits
from webapp.files.readers import Columns, Reader, factory_at
from webapp.files.tables import Table

ERRORS_KEPT = 1_000  # rows
PR_SET_PDEATHSIG = 1  # from <linux/prctl.h>


def main() -> None:
    task = json.load(sys.stdin)
    _end_with(task["parent"])
    limits = Limits(**task["limits"])
    limits.apply()
    csv.field_size_limit(limits.cell)
    try:
        with Path(task["output"]).open("w") as output, Path(task["problems"]).open("w") as problems:
            found = convert(
                Path(task["path"]), output, problems, task["reader"], task["settings"], limits
            )
    except FileRefused as error:
        found = {"refused": str(error), "field": error.field, "names": error.names}
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
        "warnings": _warnings(taker, table.names),
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
        raise


def _warnings(taker: Reader, names: list[str]) -> list[str]:
    """Raises FileRefused where the rows together say that the columns were taken wrongly."""
    try:
        return taker.warnings
    except FileRefused as error:
        error.names = names
        raise


def _names(columns: Columns) -> list[str]:
    """The columns of the file that were taken for something, each once."""
    found: Iterator[list[str]] = (
        [taken] if isinstance(taken, str) else taken for taken in columns.values()
    )
    return list(dict.fromkeys(chain.from_iterable(found)))


def _end_with(parent: int) -> None:
    """Ask the kernel to kill this process when the thread that started it is gone."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it was gone before
        sys.exit(1)


if __name__ == "__main__":
    main()
