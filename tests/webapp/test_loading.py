"""Question files: every convention read as it is meant, and stored."""

import hashlib
import json
import math
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st

from tests.files.loading import as_csv, as_jsonl, load
from tests.files.parquets import as_parquet
from webapp.accounts.models import Team, User
from webapp.files.errors import FileRefused
from webapp.questions.columns import convention_of
from webapp.questions.inline import split_inline
from webapp.questions.models import Question, QuestionSet
from webapp.questions.taking import TakenQuestions, take_questions

UPLOADS = Path(__file__).resolve().parents[3] / "shared" / "uploads"
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


def take(team: Team, content: bytes, **given: Any) -> TakenQuestions:
    filename = given.pop("filename", "mine.json")
    file = SimpleUploadedFile(filename, content)
    how = {"name": "", "kind": "test", **given}
    return take_questions(team, how.pop("user", None), file, filename, **how)


@pytest.mark.parametrize(
    ("name", "rows", "options"),
    [("AIME24_test", 30, False), ("MMLU_Pro_train", 350, True), ("MedMCQA_train", 504, True)],
)
def test_the_papers_files_load_whole(team: Team, name: str, rows: int, options: bool) -> None:
    path = UPLOADS / f"{name}.json"
    if not path.exists():
        pytest.skip(f"{path.name} is not beside this checkout")
    taken = take_questions(team, None, path, path.name, name="", kind="test")
    assert (taken.question_set.name, taken.question_set.size) == (name, rows)
    assert (taken.warnings, taken.bad_rows) == ([], 0)
    for question in taken.question_set.questions.all():
        assert bool(question.options) == options
        assert question.gold
        assert "options are:" not in question.text


def test_storing(team: Team, user: User) -> None:
    content = json.dumps(ROWS).encode()
    taken = take(team, content, name=" Mine ", user=user)
    assert taken.warnings == []
    stored = QuestionSet.objects.get()
    assert (stored.name, stored.kind, stored.size, stored.seed) == ("Mine", "test", 2, None)
    assert (stored.filename, stored.format, stored.created_by) == ("mine.json", "JSON", user)
    assert stored.sha256 == hashlib.sha256(content).hexdigest()
    first = stored.questions.get(row=1)
    assert (first.key, first.options, first.gold) == ("q-1", COLOURS, "B")


def test_shuffled_options_are_stored_with_their_seed(team: Team) -> None:
    rows = [{"Question": "?", "Correct Answer": "a", "Incorrect Answer 1": "b"}] * 2
    taken = take(team, json.dumps(rows).encode(), name="Shuffled")
    assert "The options were shuffled with the seed 0." in taken.warnings
    stored = QuestionSet.objects.get()
    assert stored.seed == 0
    assert stored.columns["incorrect"] == ["Incorrect Answer 1"]


def test_what_else_is_told(team: Team) -> None:
    content = b"question,answer,note\nq,1,x\n,2,x\nr,,x\n"
    with pytest.raises(FileRefused, match=r"^a\.csv: 1 of the rows cannot .* Row 2: ") as caught:
        take(team, content, filename="a.csv")
    assert [(error.row, error.message) for error in caught.value.errors] == [
        (2, "The question is empty.")
    ]
    assert "read as CSV: question from “question”" in str(caught.value)
    assert not QuestionSet.objects.exists()
    taken = take(team, content, filename="a.csv", skip_bad_rows=True)
    assert taken.question_set.name == "a"
    assert taken.warnings == [
        "1 question has no gold answer: ungraded.",
        "1 column was not used.",
        "1 row was left out.",
    ]
    again = take(team, content, filename="a.csv", skip_bad_rows=True, name="again")
    assert again.warnings[-1] == "The same file is stored already, as 'a'."


@pytest.mark.parametrize(
    ("given", "field", "message"),
    [
        ({"name": "Mine"}, "name", "called 'Mine' already"),
        ({"name": " "}, "name", "name of 1 to 100"),
        ({"name": "n" * 101}, "name", "name of 1 to 100"),
        ({"kind": "training"}, "kind", "choose one of validation, test"),
        ({"mapping": {"questions": "a"}}, "mapping", "names 'questions': known are question, "),
        ({"mapping": {"question": "stem"}}, "mapping", "'stem', which the file has not.* 'id', 'q"),
    ],
)
def test_what_cannot_be_stored(team: Team, given: dict[str, Any], field: str, message: str) -> None:
    content = json.dumps(ROWS).encode()
    take(team, content, name="Mine")
    with pytest.raises(FileRefused, match=message) as caught:
        take(team, content, **{"name": "Other", **given})
    assert caught.value.field == field
    assert (QuestionSet.objects.count(), Question.objects.count()) == (1, 2)


def test_the_name_may_be_taken_by_another_team(team: Team) -> None:
    for owner in (team, Team.objects.create(name="Others")):
        take(owner, json.dumps(ROWS).encode(), name="Mine")
    assert QuestionSet.objects.count() == 2


def test_a_file_without_a_good_row_is_not_stored(team: Team) -> None:
    with pytest.raises(FileRefused, match="No row"):
        take(team, b'[{"question": ""}]', skip_bad_rows=True)
    assert not QuestionSet.objects.exists()
