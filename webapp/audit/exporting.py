"""Entries as a file: CSV for a spreadsheet, JSON lines for programs; in pieces."""

import json
from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet

from webapp.audit.models import Entry
from webapp.audit.reading import all_of
from webapp.files.csv_cells import lines

COLUMNS = (
    *("id", "created", "action", "person_id", "person", "team_id", "team", "way", "means"),
    *("address", "kind", "object_id", "object", "details"),
)


def told(entry: Entry) -> dict[str, Any]:
    """One entry as programs read it."""
    return {name: getattr(entry, name) for name in COLUMNS} | {"created": entry.created.isoformat()}


def as_jsonl(rows: QuerySet[Entry]) -> Iterator[str]:
    for batch in all_of(rows):
        yield "".join(json.dumps(told(entry), ensure_ascii=False) + "\n" for entry in batch)


def as_csv(rows: QuerySet[Entry]) -> Iterator[str]:
    yield lines([COLUMNS])
    for batch in all_of(rows):
        yield lines(told(entry).values() for entry in batch)
