"""Cells of a question file as text."""

import json
import math
from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow
import pytest

from tests.files.loading import as_csv, as_jsonl, load
from tests.files.parquets import as_parquet

Rows = list[dict[str, Any]]


@pytest.mark.parametrize(
    ("written", "gold"),
    [
        *(("33", "33"), ("033", "033"), ('"033"', "033"), ("0.50", "0.50"), ("-7", "-7")),
        *(("33.0", "33"), ('"33.0"', "33"), ("null", ""), ("true", "true")),
    ],
)
def test_numbers_stay_as_written(written: str, gold: str) -> None:
    if written == "033":  # JSON knows no such number, CSV does
        loaded = load("question,answer\nHow many?,033")
    else:
        loaded = load(f'[{{"question": "How many?", "answer": {written}}}]')
    assert loaded.golds == [gold]


def test_a_number_of_ten_thousand_digits() -> None:
    digits = "7" * 10_000
    assert load(f'[{{"question": "How many?", "answer": {digits}}}]').golds == [digits]


def test_whole_numbers_as_pandas_writes_them() -> None:
    """Where one is missing, the others become floats."""
    rows: Rows = [
        {"id": 7.0, "question": "a", "answer": 33.0},
        {"id": 8.0, "question": "b", "answer": None},
        {"id": None, "question": "c", "answer": 0.5},
    ]
    for content in (as_parquet(rows), as_csv(rows), json.dumps(rows), as_jsonl(rows)):
        assert load(content).golds == ["33", "", "0.5"]
    assert [row["key"] for row in load(as_parquet(rows)).rows] == ["7", "8", "3"]


def test_values_of_parquet() -> None:
    schema = pyarrow.schema([("question", pyarrow.large_string()), ("answer", pyarrow.float32())])
    small = pyarrow.table([["a", "b", "c"], [0.1, 33.0, math.nan]], schema=schema)
    assert load(as_parquet(small)).golds == ["0.1", "33", ""]
    for value, gold in (
        (Decimal("12.50"), "12.50"),
        (date(2024, 2, 29), "2024-02-29"),
        (2**63 - 1, "9223372036854775807"),
        (True, "true"),
        (math.inf, "inf"),
        (1e22, "10000000000000000000000"),
    ):
        assert load(as_parquet([{"question": "a", "answer": value}])).golds == [gold]
    binary = [{"question": "a", "picture": b"\xff"}]  # nobody wants that column
    assert load(as_parquet(binary)).unused == ["picture"]
