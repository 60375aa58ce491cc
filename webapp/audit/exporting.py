"""Entries as a file: CSV for a spreadsheet, JSON lines for programs; in pieces."""

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet

from webapp.audit.models import Entry
from webapp.audit.reading import all_of

COLUMNS = (
    *("id", "created", "action", "person_id", "person", "team_id", "team", "way", "means"),
    *("address", "kind", "object_id", "object", "details"),
)
# With which a cell begins that a spreadsheet would reckon with: names may be anybody's.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def told(entry: Entry) -> dict[str, Any]:
    """One entry as programs read it."""
    return {name: getattr(entry, name) for name in COLUMNS} | {"created": entry.created.isoformat()}


def as_jsonl(rows: QuerySet[Entry]) -> Iterator[str]:
    for batch in all_of(rows):
        yield "".join(json.dumps(told(entry), ensure_ascii=False) + "\n" for entry in batch)


def as_csv(rows: QuerySet[Entry]) -> Iterator[str]:
    yield _lines([COLUMNS])
    for batch in all_of(rows):
        yield _lines([_cell(value) for value in told(entry).values()] for entry in batch)


def _cell(value: Any) -> str:
    if isinstance(value, dict):
        value = json.dumps(value, ensure_ascii=False)
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA) else text


def _lines(rows: Any) -> str:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue()
