"""Files of every format give the same."""

import json
from collections.abc import Callable
from typing import Any

import pyarrow
import pytest

from tests.files.loading import as_csv, as_jsonl, load
from tests.files.parquets import as_parquet

COLOURS = ["red", "green", "blue"]
Rows = list[dict[str, Any]]


def as_data(rows: Rows) -> str:
    return json.dumps({"version": 1, "data": rows, "end": {}}, indent=2)


ROWS: Rows = [
    {"id": "q-1", "question": "Grass is, as a rule,\nwhat?", "options": COLOURS, "answer": "B"},
    {"id": "q-2", "question": "Blood?", "options": COLOURS, "answer": "red"},
]
FORMATS: dict[str, tuple[Callable[[Rows], str | bytes], str]] = {
    "json": (json.dumps, "JSON"),
    "data": (as_data, "JSON"),
    "data on a line": (lambda rows: json.dumps({"data": rows}), "JSON"),
    "jsonl": (as_jsonl, "JSONL"),
    "jsonl with blank lines": (lambda rows: as_jsonl(rows).replace("\n", "\r\n\n"), "JSONL"),
    "csv": (as_csv, "CSV"),
    "semicolons": (lambda rows: as_csv(rows, ";"), "CSV"),
    "tabs": (lambda rows: as_csv(rows, "\t"), "CSV"),
    "csv with BOM": (lambda rows: "\ufeff" + as_csv(rows), "CSV"),
    "json with BOM": (lambda rows: "\ufeff" + json.dumps(rows), "JSON"),
    "jsonl with BOM": (lambda rows: "\ufeff" + as_jsonl(rows), "JSONL"),
    "parquet": (as_parquet, "Parquet"),
    "parquet with categories": (lambda rows: _with_categories(rows), "Parquet"),
    "csv of pandas": (lambda rows: _as_pandas_writes(rows, ", "), "CSV"),
    "csv of pandas from parquet": (lambda rows: _as_pandas_writes(rows, " "), "CSV"),
}  # fmt: skip


def _with_categories(rows: Rows) -> bytes:
    table = pyarrow.Table.from_pylist(rows)
    place = table.column_names.index("answer")
    return as_parquet(table.set_column(place, "answer", table["answer"].dictionary_encode()))


def _as_pandas_writes(rows: Rows, divider: str) -> str:
    """Lists as Python prints them, or NumPy; numbers of the rows in a column without a name."""
    return as_csv(
        [
            {"": n, **row, "options": f"[{divider.join(map(repr, row['options']))}]"}
            for n, row in enumerate(rows)
        ]
    )


@pytest.mark.parametrize(("write", "format"), FORMATS.values(), ids=list(FORMATS))
def test_every_format_gives_the_same(write: Callable[[Rows], str | bytes], format: str) -> None:
    loaded = load(write(ROWS))
    assert loaded.errors == []
    assert loaded.format == format
    assert loaded.rows == [
        {
            "row": 1,
            "key": "q-1",
            "text": "Grass is, as a rule,\nwhat?",
            "options": COLOURS,
            "gold": "B",
            "alternatives": [],
            "category": "",
            "messages": [],
        },
        {
            "row": 2,
            "key": "q-2",
            "text": "Blood?",
            "options": COLOURS,
            "gold": "A",
            "alternatives": [],
            "category": "",
            "messages": [],
        },
    ]
    names = ("question", "answer", "options", "id")
    assert loaded.columns == {name: name for name in names}
