"""Files that are broken, or made to break something: refused with what to do."""

import json
import re
from dataclasses import replace
from typing import Any

import pyarrow
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.files.corpus import OTHERS, TEXTS, Content, made
from tests.files.loading import LIMITS, Loaded, as_csv, as_jsonl, load
from tests.files.parquets import as_parquet
from webapp.files.errors import FileRefused

CORPUS = TEXTS | OTHERS


@pytest.mark.parametrize(("content", "message"), CORPUS.values(), ids=list(CORPUS))
def test_a_file_that_cannot_be_taken(content: Content, message: str) -> None:
    """The same files go through the child and the form in test_corpus.py."""
    try:
        loaded = load(made(content))
    except FileRefused as error:
        assert re.search(message, str(error), re.DOTALL)
    else:
        assert loaded.errors


def test_many_columns_are_refused_at_once() -> None:
    with pytest.raises(FileRefused, match="has 300,001 columns; 1,000 are allowed"):
        load(",".join(str(n) for n in range(300_000)) + ",7\n")
    with pytest.raises(FileRefused, match="has '7' twice"):
        load("[{" + ",".join(f'"{n}":0' for n in [*range(300_000), 7]) + "}]")


def test_bad_rows_of_a_csv() -> None:
    loaded = load('question,answer\n"two\nlines",1\n\na,b,c\nalone\n,1\nlast,2\n')
    assert [row["text"] for row in loaded.rows] == ["two\nlines", "last"]
    assert [row for row, _ in loaded.errors] == [2, 3, 4]
    assert "3 cells (up to line 5), but 2 columns" in loaded.errors[0][1]


def test_bad_rows_of_a_parquet() -> None:
    bad = pyarrow.array([b"good", b"\xff\xfe", b"good"]).view(pyarrow.string())
    loaded = load(as_parquet(pyarrow.table({"question": bad})))
    assert [row["row"] for row in loaded.rows] == [1, 3]
    assert loaded.errors == [
        (2, "The cell in the column 'question' holds a value that cannot be read: give text.")
    ]


def test_too_many_rows() -> None:
    few = replace(LIMITS, rows=3)
    rows = [{"question": "q"}] * 3
    for write in (as_csv, as_jsonl, json.dumps, as_parquet):
        assert len(load(write(rows), limits=few).rows) == 3
        with pytest.raises(FileRefused, match="more than 3 rows: split it"):
            load(write([*rows, *rows]), limits=few)


def check(content: bytes | str) -> None:
    """Whatever it is, it is read or refused in few words."""
    try:
        loaded = load(content)
    except FileRefused as error:
        assert len(str(error)) < 1500
    else:
        check_rows(loaded)


def check_rows(loaded: Loaded) -> None:
    """Every row is there once, good or bad."""
    numbers = [row["row"] for row in loaded.rows] + [row for row, _ in loaded.errors]
    assert sorted(numbers) == list(range(1, len(numbers) + 1))
    assert all(len(message) < 500 for _, message in loaded.errors)


@given(st.binary(max_size=200).filter(lambda b: b[:4] != b"PAR1") | st.text().map(str.encode))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    check(content)


csv_pieces = st.sampled_from(["question", "answer", ",", ";", "\t", '"', "\n", "\r", "a"])


@given(st.lists(csv_pieces, max_size=30).map("".join))
def test_any_csv_is_read_or_refused(content: str) -> None:
    check(content)
    check("question,answer\n" + content)


json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)
columns = st.sampled_from(["question", "answer", "options", "answer_index", "id", "category", "x"])


@given(st.lists(st.dictionaries(columns, json_values) | json_values, max_size=4), st.booleans())
def test_any_json_is_read_or_refused(rows: list[Any], lines: bool) -> None:
    check("\n".join(map(json.dumps, rows)) if lines else json.dumps(rows))
