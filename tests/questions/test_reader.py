"""Rows that are no questions: named, and the others are good."""

import json
import time
from typing import Any

import pytest

from tests.files.loading import load

COLOURS = ["red", "green", "blue"]


class Raw(str):
    """JSON that Python's own writer would not write."""


def as_json(rows: list[Any]) -> str:
    return f"[{', '.join(row if isinstance(row, Raw) else json.dumps(row) for row in rows)}]"


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
    "an object as option": ({"question": "a", "options": [{}, "x"]}, "objects without a"),
    "labels that are missing": (
        {"question": "a", "options": {"text": ["x", "y"], "label": ["A"]}},
        "not as many labels as texts",
    ),
    "one label twice": (Raw('{"question": "a", "options": {"A": "x", "A": "y"}}'), "'A' twice"),
    "an index without options": ({"question": "a", "answer_index": 1}, "is an index, but there"),
    "an index beyond": (
        {"question": "a", "options": COLOURS, "answer_index": 4},
        "index '4' is no option: give 0 to 2",
    ),
    "a cell too large": ({"question": "a", "answer": "x" * 2**20 + "y"}, "more than 1,024 KB"),
    "a million empty options": ({"question": "a", "options": [""] * 2**21}, "more than 1,024 KB"),
    "letter without options": ({"question": "a", "options": [], "answer": "A"}, "no options"),
    "letter, options missing": ({"question": "a", "options": None, "answer": "A"}, "no options"),
    "unlettered options": ({"question": "The options are: x, y", "answer": "A"}, "no options"),
    "letter beyond": ({"question": "a", "options": COLOURS, "answer": "D"}, "'D' is no option"),
    "text of none": ({"question": "a", "options": COLOURS, "answer": "grey"}, "one of A-C"),
    "index beyond": ({"question": "a", "options": COLOURS, "answer": 4}, "'4' is no option"),
    "same id": ({"id": "1", "question": "a"}, "id '1' was used in row 1"),
    "a long id": ({"id": "i" * 201, "question": "a"}, "id has 201 characters"),
    "a long category": ({"question": "a", "category": "c" * 201}, "category has 201"),
    "no object": ([1, 2], "no object"),
    "nothing": (None, "no object"),
}  # fmt: skip


SLOW = [
    *(" " * 500_000, "[" * 400_000, "'" * 400_000, "['a'" + " " * 400_000),
    *("a and " * 80_000 + "!", "x " + "y" * 400_000, "\n#### " + " " * 400_000 + "z"),
    *("A) " * 130_000, "the answer is " * 30_000, "- a\n" * 100_000),
    *("options: " * 50_000, "\\boxed{" * 50_000),
]


@pytest.mark.parametrize("role", ["question", "answer", "options", "passage"])
def test_no_cell_takes_long(role: str) -> None:
    """None of the patterns that look for something goes back and forth in a text."""
    row = {"question": "Which?", "options": ["a", "b"], "answer": "A"}
    rows: list[Any] = [{**row, role: text} for text in SLOW]
    start = time.process_time()
    load(as_json(rows))
    load(as_json([{**row, "options": None} for row in rows]))
    assert time.process_time() - start < 10


@pytest.mark.parametrize(("bad", "message"), BAD_ROWS.values(), ids=list(BAD_ROWS))
def test_a_bad_row_is_named_and_the_others_are_good(bad: object, message: str) -> None:
    good = [{"id": 1, "question": "first"}, {"id": 3, "question": "third"}]
    loaded = load(as_json([good[0], bad, good[1]]))
    ((row, said),) = loaded.errors
    assert row == 2
    assert message in said
    assert [row["row"] for row in loaded.rows] == [1, 3]
