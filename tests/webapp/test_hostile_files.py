"""Question files that are broken, or made to break something: refused with what to do."""

import csv
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from webapp.questions.loading import FileRefused, Loaded, load_questions

COLOURS = ["red", "green", "blue"]


def load(content: bytes | str) -> Loaded:
    return load_questions(content.encode() if isinstance(content, str) else content, "a file")


FILES = {
    "empty": (b"", "is empty"),
    "only a BOM": (b"\xef\xbb\xbf", "is empty"),
    "white space": (b" \n\t\n", "is empty"),
    "latin-1": ("question\nfünf".encode("latin-1"), "Line 2 is not UTF-8"),
    "utf-16": ("question\nq".encode("utf-16"), "not UTF-8|NUL byte"),
    "NUL": (b"question\na\nb\0", "Line 3 holds a NUL byte"),
    "zip": (b"PK\x03\x04" + bytes(100), "zip archive or spreadsheet"),
    "parquet": (b"PAR1" + bytes(100), "Parquet"),
    "pickle": (b"\x80\x04\x95\x10\x00\x00\x00\x00\x00\x00\x00", "NUL byte|UTF-8"),
    "truncated list": (b'[{"question": "a"}, {"question": "b', "line 1.*cut off"),
    "truncated after a row": (b'[{"question": "a"},\n', "line 2.*cut off|cut off"),
    "truncated data": (b'{"data": [{"question": "a"}', "cut off"),
    "truncated JSONL": (b'{"question": "a"}\n{"question": "b', "in line 2 .*cut off"),
    "broken JSONL": (b'{"question": "a"}\n{question: b}\n{"question": "c"}', "in line 2"),
    "broken JSON": (b'[{"question": "a"},\n{"question" "b"}]', "line 2, column 13"),
    "two values": (b'[{"question": "a"}] [1]', "Extra data"),
    "deep list": (b"[" * 100_000, "nested too deeply"),
    "deep object": (b'{"a":' * 100_000, "nested too deeply"),
    "deep row": (b'{"question": "a"}\n{"question":' + b"[" * 100_000, "in line 2 is nested"),
    "no question column": (b"text,answer\na,b", "No column holds the questions.*'text', 'answer'"),
    "no rows": (b"question,answer\n\n", "no rows"),
    "only commas": (b",", "no rows"),
    "no list": (b'{"data": {}, "a": 1}', "No column holds"),
    "empty list": (b"[]", "no rows"),
    "numbers": (b"[1, 2]", "No column holds"),
    "a number": (b"123", "no rows"),
    "same column twice": (b"question,answer,answer\na,b,c", "'answer' is there twice"),
    "same key twice": (b'[{"question": "a"}, {"answer": 1, "answer": 2}]', "Row 2 has 'answer' tw"),
    "same role twice": (b"question,Question\na,b", "'question' and 'Question' are both"),
    "open quote": (b'question,answer\n"a,b\n', "CSV cannot be read in line 2"),
    "text after a quote": (b'question,answer\n"a"b,c\n', "in line 2"),
}  # fmt: skip


@pytest.mark.parametrize(("content", "message"), FILES.values(), ids=list(FILES))
def test_a_file_that_cannot_be_taken(content: bytes, message: str) -> None:
    with pytest.raises(FileRefused, match=rf"(?s)^a file: .*({message})"):
        load(content)


def test_a_file_that_is_too_large(settings: Settings) -> None:
    settings.UPLOAD_LIMIT_BYTES = 1000
    assert load("question\n" + "a" * 990).questions
    with pytest.raises(FileRefused, match="SKILLMOE_UPLOAD_LIMIT_MB"):
        load("question\n" + "a" * 992)


def test_many_columns_of_one_name_are_refused_at_once() -> None:
    """Neither a header of a million names nor an object of a million keys stalls the product."""
    with pytest.raises(FileRefused, match="is there twice"):
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
    "one option": ({"question": "a", "options": ["x"], "answer": "A"}, "There are 1 options"),
    "27 options": ({"question": "a", "options": list(range(27)), "answer": "A"}, "are 27 options"),
    "an empty option": ({"question": "a", "options": ["x", " ", "z"]}, "Option B is empty"),
    "options that are missing": ({"question": "a", "options": ["x", None]}, "Option B is empty"),
    "options as text": ({"question": "a", "options": "x, y"}, "no JSON list"),
    "options as object": ({"question": "a", "options": {"A": "x"}}, "no list"),
    "letter without options": ({"question": "a", "options": [], "answer": "A"}, "no options"),
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
    loaded = load(json.dumps([good[0], bad, good[1]]))
    (error,) = loaded.errors
    assert error.row == 2
    assert str(error).startswith("Row 2: ")
    assert message in str(error)
    assert [question.row for question in loaded.questions] == [1, 3]


def test_a_csv_leaves_the_limit_of_other_readers_alone() -> None:
    load("question\nshort")
    assert csv.field_size_limit() >= 131_072
    assert load("question\n" + "a" * 200_000).errors[0].row == 1  # too long, but read


def test_bad_rows_of_a_csv() -> None:
    loaded = load('question,answer\n"two\nlines",1\n\na,b,c\nalone\n,1\nlast,2\n')
    assert [question.text for question in loaded.questions] == ["two\nlines", "last"]
    assert [error.row for error in loaded.errors] == [2, 3, 4]
    assert "3 cells (up to line 5), but 2 columns" in loaded.errors[0].message


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    try:
        load(content)
    except FileRefused as error:
        assert len(str(error)) < 1000


json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)
columns = st.sampled_from(["question", "answer", "options", "id", "category", "x"])


@given(st.lists(st.dictionaries(columns, json_values) | json_values, max_size=4), st.booleans())
def test_any_json_is_read_or_refused(rows: list[Any], lines: bool) -> None:
    try:
        loaded = load("\n".join(map(json.dumps, rows)) if lines else json.dumps(rows))
    except FileRefused:
        return
    numbers = [question.row for question in loaded.questions] + [e.row for e in loaded.errors]
    assert sorted(numbers) == list(range(1, len(numbers) + 1))
