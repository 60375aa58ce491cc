"""How a file would be read, before anything of it is stored: for the form and the API."""

from collections.abc import Mapping
from itertools import islice
from pathlib import Path
from typing import Any, cast

from webapp.files.errors import FileRefused
from webapp.files.read_in_child import Chunked, FileRead
from webapp.questions.models import Report, StoredQuestion
from webapp.questions.taking import read_questions

ROWS, ERRORS = 10, 50  # that are shown


def report_of(file: Path | Chunked, filename: str, mapping: Mapping[str, Any]) -> Report:
    """Raises FileRefused where no other mapping would help."""
    try:
        with read_questions(file, filename, mapping) as read:
            return _of(read)
    except FileRefused as error:
        if not error.names and not error.asks:
            raise
        return _refused(error)


def _of(read: FileRead) -> Report:
    return {
        "names": read.names,
        "first": [],
        "problem": "",
        "asks": {},
        "format": read.format,
        "columns": read.columns,
        "unused": read.unused,
        "parts": read.told["parts"],
        "mapping": read.told["mapping"],
        "warnings": read.warnings,
        "size": read.size,
        "bad_rows": read.bad_rows,
        "errors": [(error.row, error.message) for error in read.errors[:ERRORS]],
        "rows": [cast(StoredQuestion, row) for row in islice(read.rows(), ROWS)],
    }


def _refused(error: FileRefused) -> Report:
    return {
        "names": error.names,
        "first": error.first,
        "problem": str(error),
        "asks": error.asks,
        "format": "",
        "columns": {},
        "unused": [],
        "parts": [],
        "mapping": {},
        "warnings": [],
        "size": 0,
        "bad_rows": 0,
        "errors": [],
        "rows": [],
    }
