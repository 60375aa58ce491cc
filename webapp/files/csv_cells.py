"""Rows as CSV that a spreadsheet may open: what it would reckon with is a text to it."""

import csv
import io
import json
from collections.abc import Iterable
from typing import Any

# With which a cell begins that a spreadsheet would reckon with: texts may be anybody's.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def cell(value: Any) -> str:
    """A text that begins like a formula gets a quote before it; lists and objects are JSON."""
    if value is None:
        return ""
    if isinstance(value, dict | list):
        value = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, str):
        return str(value)
    return f"'{value}" if value.startswith(FORMULA) else value


def lines(rows: Iterable[Iterable[Any]]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows([cell(value) for value in row] for row in rows)
    return text.getvalue()
