"""Question files that are broken, or made to break something: refused with what to do."""

import json
import re
from dataclasses import replace
from typing import Any

import pyarrow
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.files.corpus import OTHERS, TEXTS, Content, made
from tests.files.loading import LIMITS, Loaded, as_csv, as_jsonl, load
from tests.files.parquets import as_parquet
from webapp.files.errors import FileRefused

COLOURS = ["red", "green", "blue"]


class Raw(str):
    """JSON that Python's own writer would not write."""


def as_json(rows: list[Any]) -> str:
    return f"[{', '.join(row if isinstance(row, Raw) else json.dumps(row) for row in rows)}]"


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


BAD_ROWS: dict[str, tuple[object, str]] = {
    "empty question": ({"question": "  "}, "is empty"),
    "no question": ({"answer": "1"}, "is empty"),
    "a list as question": ({"question": ["a"]}, "is a list"),
    "a number as question": ({"question": 12}, "single number"),
    "a long question": ({"question": "q" * 20_001}, "20,001 characters; 20,000 are allowed"),
    "long options": ({"question": "q", "options": ["a" * 15_000, "b" * 15_000]}, "30,001"),
    "a long answer": ({"question": "q", "answer": "a" * 20_001}, "answer has 20,001"),
    "NUL": ({"question": "a\0b"}, "NUL"),
    "half a surrogate": ({"question": "a\ud800b"}, "surrogate"),
    "half a surrogate as option": ({"question": "a", "options": ["\udfff", "b"]}, "option 1 holds"),
    "an object as answer": ({"question": "a", "answer": {}}, "is an object"),
    "27 options": ({"question": "a", "options": list(range(27)), "answer": "A"}, "are 27 options"),
    "an empty option": ({"question": "a", "options": ["x", " ", "z"]}, "Option B is empty"),
    "options that are missing": ({"question": "a", "options": ["x", None]}, "Option B is empty"),
    "options as text": ({"question": "a", "options": "x, y"}, "no JSON list"),
    "options as object": ({"question": "a", "options": {"first": "x"}}, "no list"),
    "options as number": ({"question": "a", "options": 1}, "are no list"),
    "an object as option": ({"question": "a", "options": [{}, "x"]}, "option 1 is an object"),
    "labels that are missing": (
        {"question": "a", "options": {"text": ["x", "y"], "label": ["A"]}},
        "not as many labels as texts",
    ),
    "one label twice": (Raw('{"question": "a", "options": {"A": "x", "A": "y"}}'), "'A' twice"),
    "an index without options": ({"question": "a", "answer_index": 1}, "is an index, but there"),
    "an index beyond": (
        {"question": "a", "options": COLOURS, "answer_index": 3},
        "index '3' is no option: give 0 to 2",
    ),
    "a cell too large": ({"question": "a", "answer": "x" * 2**20 + "y"}, "more than 1,024 KB"),
    "a million empty options": ({"question": "a", "options": [""] * 2**21}, "more than 1,024 KB"),
    "letter without options": ({"question": "a", "options": [], "answer": "A"}, "no options"),
    "letter, options missing": ({"question": "a", "options": None, "answer": "A"}, "no options"),
    "unlettered options": ({"question": "The options are: x, y", "answer": "A"}, "no options"),
    "letter beyond": ({"question": "a", "options": COLOURS, "answer": "D"}, "'D' is no option"),
    "text of none": ({"question": "a", "options": COLOURS, "answer": "grey"}, "one of A-C"),
    "index beyond": ({"question": "a", "options": COLOURS, "answer": 3}, "'3' is no option"),
    "same id": ({"id": "1", "question": "a"}, "id '1' was used in row 1"),
    "a long id": ({"id": "i" * 201, "question": "a"}, "id has 201 characters"),
    "a long category": ({"question": "a", "category": "c" * 201}, "category has 201"),
    "no object": ([1, 2], "no object"),
    "nothing": (None, "no object"),
}  # fmt: skip


@pytest.mark.parametrize(("bad", "message"), BAD_ROWS.values(), ids=list(BAD_ROWS))
def test_a_bad_row_is_named_and_the_others_are_good(bad: object, message: str) -> None:
    good = [{"id": 1, "question": "first"}, {"id": 3, "question": "third"}]
    loaded = load(as_json([good[0], bad, good[1]]))
    ((row, told),) = loaded.errors
    assert row == 2
    assert message in told
    assert [row["row"] for row in loaded.rows] == [1, 3]


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
    for write in (as_csv, as_jsonl, as_json, as_parquet):
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


@given(st.text(alphabet="[]'\"\\, a1\n{}:", max_size=40))
@settings(max_examples=300)
def test_any_options_are_read_or_refused(options: str) -> None:
    loaded = load(as_csv([{"question": "q", "options": options}]))
    assert len(loaded.rows) + len(loaded.errors) == 1
