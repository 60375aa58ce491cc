"""Question files of every format, and how questions, options and answers may be spelled."""

import json
import math
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.files.loading import as_csv, as_jsonl, load
from tests.files.parquets import as_parquet
from webapp.files.errors import FileRefused
from webapp.questions.columns import convention_of
from webapp.questions.inline import split_inline

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
            "category": "",
        },
        {
            "row": 2,
            "key": "q-2",
            "text": "Blood?",
            "options": COLOURS,
            "gold": "A",
            "category": "",
        },
    ]
    names = ("question", "answer", "options", "id")
    assert loaded.columns == {name: name for name in names}


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("question", "answer"),
        ("Question", "Answer"),
        ("Problem", "Answer"),
        ("problem", "gold_answer"),
        ("input", "target"),
        ("prompt", "expected_output"),
        ("query", "ground_truth"),
        ("origin_query", "answer"),
    ],
)
def test_aliases(question: str, answer: str) -> None:
    loaded = load(json.dumps([{"subject": "sums", question: "2 + 2?", answer: 4, "note": "x"}]))
    assert loaded.columns == {"question": question, "answer": answer, "category": "subject"}
    assert loaded.unused == ["note"]
    (row,) = loaded.rows
    assert (row["key"], row["text"], row["gold"], row["category"]) == ("1", "2 + 2?", "4", "sums")


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


def test_missing_answers_are_ungraded() -> None:
    loaded = load(
        '{"question": "a"}\n{"question": "b", "answer": null}\n'
        '{"question": "c", "answer": NaN}\n{"question": "d", "answer": " "}'
    )
    assert loaded.golds == ["", "", "", ""]
    assert loaded.warnings == ["4 questions have no gold answer: ungraded."]


@pytest.mark.parametrize(
    ("answer", "letter"),
    [
        *(("B", "B"), ("b", "B"), ("(B)", "B"), ("B.", "B"), ("Green", "B"), (" green ", "B")),
        *((1, "B"), ("1", "B"), (0, "A"), (1.0, "B")),
    ],
)
def test_gold_as_letter_text_or_index(answer: object, letter: str) -> None:
    row = {"question": "?", "choices": COLOURS, "answer": answer}
    assert load(json.dumps([row])).golds == [letter]


@pytest.mark.parametrize("options", [[1, 2, 3], ["1", "2", "3"]])
def test_an_answer_with_two_meanings_is_not_guessed(options: list[object]) -> None:
    content = json.dumps([{"question": "How many?", "options": options, "answer": 1}])
    ((_, message),) = load(content).errors
    assert "may mean option A or B" in message and "answer_index" in message
    assert load(content, {"answer_index": "answer"}).golds == ["B"]


BLOOD = ["O", "A", "B", "AB"]


def test_a_letter_that_is_another_options_text_is_read_as_the_others_are() -> None:
    rows = [{"options": BLOOD, "answer": "A"}, {"options": ["x", "y"], "answer": "(b)"}]
    lettered = load(json.dumps([{"question": "Which?", **row} for row in rows]))
    assert lettered.golds == ["A", "B"]
    assert "read as letters, like all others: 1." in " ".join(lettered.warnings)
    rows[1]["answer"] = "y"
    content = json.dumps([{"question": "Which?", **row} for row in rows])
    with pytest.raises(FileRefused, match=r"text of another: 1\. .*answer_index"):
        load(content)
    rows[1]["answer"] = "B"
    content = json.dumps([{"question": "Which?", **row} for row in rows])
    assert load(content, {"answer_index": "answer"}).golds == ["A", "B"]


def test_an_index_settles_what_a_letter_means() -> None:
    rows = [{"question": "Which?", "options": BLOOD, "answer": "A", "answer_index": 1}]
    loaded = load(json.dumps(rows))
    assert loaded.golds == ["B"] and loaded.warnings == []


@pytest.mark.parametrize(
    ("options", "answer", "gold"),
    [
        ({"B": "x", "A": "y"}, "a", "B"),
        ({"B": "x", "A": "y"}, "(A)", "B"),
        ({"A": "x", "C": "y", "D": "z"}, "C.", "B"),
        ({"1": "x", "2": "y", "3": "z"}, "2", "B"),
        ({"1": "x", "2": "y", "3": "z"}, "z", "C"),
    ],
)
def test_labels_name_options(options: dict[str, str], answer: str, gold: str) -> None:
    row = {"question": "Which?", "options": options, "answer": answer}
    assert load(json.dumps([row])).golds == [gold]


def test_a_letter_is_no_label_of_numbered_options() -> None:
    row = {"question": "Which?", "options": {"1": "x", "2": "y"}, "answer": "A"}
    ((_, message),) = load(json.dumps([row])).errors
    assert "'A' is no option" in message


def test_options_in_columns_numbered_from_1_leave_a_doubt() -> None:
    content = "question,option1,option2,answer\n?,red,blue,{}"
    assert load(content.format("blue")).golds == ["B"]
    ((_, message),) = load(content.format(1)).errors
    assert "may mean option A or B" in message


INLINE = "Sky? The options are: (A) red. (B) P(B) = 1 (C) {c} (D) blue.."


@pytest.mark.parametrize("third", ["both (A) and (B)", "O(D)", "either (B) or (D)", "a (D) e"])
def test_inline_options_are_split(third: str) -> None:
    row = {"question": INLINE.replace("{c}", third), "gold_answer": "D"}
    loaded = load(json.dumps([row]))
    (question,) = loaded.rows
    assert question["text"] == "Sky?"
    assert question["options"] == ["red.", "P(B) = 1", third, "blue."]
    assert question["gold"] == "D"
    assert convention_of(loaded.columns) == "the paper's files"


def test_inline_options_that_name_later_ones() -> None:
    text = "Which? The options are: (A) both (B) and (C) (B) red (C) blue."
    assert split_inline(text) == ("Which?", ["both (B) and (C)", "red", "blue"])


def test_an_open_question_may_speak_of_options() -> None:
    (row,) = load('[{"question": "The options are: many?", "answer": "12"}]').rows
    assert (row["text"], row["options"]) == ("The options are: many?", [])


def test_inline_options_without_spaces() -> None:
    text = "Which? THE OPTIONS ARE: (A)red (B)P(C) (C)blue"
    assert split_inline(text) == ("Which?", ["red", "P(C)", "blue"])
    text = "Which? The options are: (A) ethene (B) (C)-butene (C) propene"
    assert split_inline(text) == ("Which?", ["ethene", "(C)-butene", "propene"])


pieces = st.sampled_from(["(A)", "(B)", "(C)", "(D)", " ", "x", ".", "The options are:"])


@given(st.lists(pieces).map("".join))
def test_splitting_never_fails(text: str) -> None:
    stem, options = split_inline(text)
    assert options == [] or len(options) in (2, 3, 4)
    assert (stem == text) or options
