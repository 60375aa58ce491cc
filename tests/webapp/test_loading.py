"""Question files: every convention read as it is meant, and stored."""

import csv
import hashlib
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.accounts.models import Team, User
from webapp.questions.columns import split_inline
from webapp.questions.loading import (
    FileRefused,
    Loaded,
    LoadedQuestion,
    load_questions,
    store,
)
from webapp.questions.models import Question, QuestionSet

UPLOADS = Path(__file__).resolve().parents[3] / "shared" / "uploads"
COLOURS = ["red", "green", "blue"]


def load(content: bytes | str) -> Loaded:
    return load_questions(content.encode() if isinstance(content, str) else content, "a file")


def as_json(rows: list[dict[str, Any]]) -> str:
    return json.dumps(rows)


def as_data(rows: list[dict[str, Any]]) -> str:
    return json.dumps({"version": 1, "data": rows}, indent=2)


def as_jsonl(rows: list[dict[str, Any]]) -> str:
    return "\r\n".join(json.dumps(row) for row in rows) + "\n\n"


def as_csv(rows: list[dict[str, Any]], delimiter: str = ",") -> str:
    file = io.StringIO()
    writer = csv.DictWriter(file, list(rows[0]), delimiter=delimiter)
    writer.writeheader()
    for row in rows:
        writer.writerow(
            {key: json.dumps(v) if isinstance(v, list) else v for key, v in row.items()}
        )
    return file.getvalue()


ROWS = [
    {"id": "q-1", "question": "Grass is, as a rule,\nwhat?", "options": COLOURS, "answer": "B"},
    {"id": "q-2", "question": "Blood?", "options": COLOURS, "answer": "red"},
]


@pytest.mark.parametrize(
    ("write", "format"),
    [
        (as_json, "JSON"),
        (as_data, "JSON"),
        (as_jsonl, "JSONL"),
        (as_csv, "CSV"),
        (lambda rows: as_csv(rows, ";"), "CSV"),
        (lambda rows: as_csv(rows, "\t"), "CSV"),
        (lambda rows: "\ufeff" + as_csv(rows), "CSV"),
        (lambda rows: "\ufeff" + as_json(rows), "JSON"),
    ],
    ids=["json", "data", "jsonl", "csv", "semicolons", "tabs", "csv with BOM", "json with BOM"],
)
def test_every_format_gives_the_same(write: Callable[[Any], str], format: str) -> None:
    loaded = load(write(ROWS))
    assert loaded.errors == []
    assert loaded.format == format
    assert loaded.questions == [
        LoadedQuestion(1, "q-1", "Grass is, as a rule,\nwhat?", tuple(COLOURS), "B", ""),
        LoadedQuestion(2, "q-2", "Blood?", tuple(COLOURS), "A", ""),
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
        ("query", "answer"),
    ],
)
def test_aliases(question: str, answer: str) -> None:
    loaded = load(as_json([{"subject": "sums", question: "2 + 2?", answer: 4, "note": "x"}]))
    assert loaded.columns == {"question": question, "answer": answer, "category": "subject"}
    (row,) = loaded.questions
    assert (row.key, row.text, row.gold, row.category) == ("1", "2 + 2?", "4", "sums")


@pytest.mark.parametrize(
    ("written", "gold"),
    [("33", "33"), ("033", "033"), ('"033"', "033"), ("0.50", "0.50"), ("-7", "-7"), ("null", "")],
)
def test_numbers_stay_as_written(written: str, gold: str) -> None:
    if written == "033":  # JSON knows no such number, CSV does
        loaded = load("question,answer\nHow many?,033")
    else:
        loaded = load(f'[{{"question": "How many?", "answer": {written}}}]')
    assert [question.gold for question in loaded.questions] == [gold]


def test_a_number_of_ten_thousand_digits() -> None:
    digits = "7" * 10_000
    (question,) = load(f'[{{"question": "How many?", "answer": {digits}}}]').questions
    assert question.gold == digits


def test_missing_answers_are_ungraded() -> None:
    loaded = load(
        '{"question": "a"}\n{"question": "b", "answer": null}\n'
        '{"question": "c", "answer": NaN}\n{"question": "d", "answer": " "}'
    )
    assert [question.gold for question in loaded.questions] == ["", "", "", ""]


@pytest.mark.parametrize(
    ("answer", "letter"),
    [
        ("B", "B"),
        ("b", "B"),
        ("(B)", "B"),
        ("B.", "B"),
        ("Green", "B"),
        (" green ", "B"),
        (1, "B"),
        ("1", "B"),
        (0, "A"),
    ],
)
def test_gold_as_letter_text_or_index(answer: object, letter: str) -> None:
    (question,) = load(
        json.dumps([{"question": "?", "choices": COLOURS, "answer": answer}])
    ).questions
    assert question.gold == letter


def test_an_answer_with_two_meanings_is_not_guessed() -> None:
    row = {"question": "How many?", "options": [1, 2, 3], "answer": 1}
    (error,) = load(json.dumps([row])).errors
    assert "may mean option A or B" in error.message


INLINE = "Sky? The options are: (A) red. (B) P(B) = 1 (C) {c} (D) blue.."


@pytest.mark.parametrize("third", ["both (A) and (B)", "O(D)", "either (B) or (D)", "a (D) e"])
def test_inline_options_are_split(third: str) -> None:
    (question,) = load(
        as_json([{"question": INLINE.replace("{c}", third), "gold_answer": "D"}])
    ).questions
    assert question.text == "Sky?"
    assert question.options == ("red.", "P(B) = 1", third, "blue.")
    assert question.gold == "D"


def test_inline_options_that_name_later_ones() -> None:
    text = "Which? The options are: (A) both (B) and (C) (B) red (C) blue."
    assert split_inline(text) == ("Which?", ["both (B) and (C)", "red", "blue"])


def test_an_open_question_may_speak_of_options() -> None:
    (question,) = load(as_json([{"question": "The options are: many?", "answer": "12"}])).questions
    assert (question.text, question.options) == ("The options are: many?", ())


def test_inline_options_without_spaces() -> None:
    text = "Which? The options are: (A)red (B)P(C) (C)blue"
    assert split_inline(text) == ("Which?", ["red", "P(C)", "blue"])
    text = "Which? The options are: (A) ethene (B) (C)-butene (C) propene"
    assert split_inline(text) == ("Which?", ["ethene", "(C)-butene", "propene"])


pieces = st.sampled_from(["(A)", "(B)", "(C)", "(D)", " ", "x", ".", "The options are:"])


@given(st.lists(pieces).map("".join))
def test_splitting_never_fails(text: str) -> None:
    stem, options = split_inline(text)
    assert options == [] or len(options) in (2, 3, 4)
    assert (stem == text) or options


@pytest.mark.parametrize(
    ("name", "rows", "options"),
    [("AIME24_test", 30, False), ("MMLU_Pro_train", 350, True), ("MedMCQA_train", 504, True)],
)
def test_the_papers_files_load_whole(name: str, rows: int, options: bool) -> None:
    path = UPLOADS / f"{name}.json"
    if not path.exists():
        pytest.skip(f"{path.name} is not beside this checkout")
    loaded = load_questions(path.read_bytes(), path.name)
    assert loaded.errors == []
    assert len(loaded.questions) == rows
    for question in loaded.questions:
        assert bool(question.options) == options
        assert question.gold
        assert "options are:" not in question.text


def test_storing(team: Team, user: User) -> None:
    content = as_json(ROWS).encode()
    stored = store(team, user, " Mine ", "test", "mine.json", content, load(content))
    assert (stored.name, stored.kind, stored.size) == ("Mine", "test", 2)
    assert stored.sha256 == hashlib.sha256(content).hexdigest()
    assert stored.created_by == user
    first = stored.questions.get(row=1)
    assert (first.key, first.options, first.gold) == ("q-1", COLOURS, "B")


@pytest.mark.parametrize(
    ("name", "kind", "message"),
    [
        ("Mine", "test", "called 'Mine' already"),
        ("", "test", "name of 1 to 100"),
        ("n" * 101, "test", "name of 1 to 100"),
        ("Other", "training", "choose one of validation, test"),
    ],
)
def test_what_cannot_be_stored(team: Team, name: str, kind: str, message: str) -> None:
    content = as_json(ROWS).encode()
    store(team, None, "Mine", "test", "mine.json", content, load(content))
    with pytest.raises(FileRefused, match=message):
        store(team, None, name, kind, "mine.json", content, load(content))
    assert (QuestionSet.objects.count(), Question.objects.count()) == (1, 2)


def test_the_name_may_be_taken_by_another_team(team: Team) -> None:
    content = as_json(ROWS).encode()
    for owner in (team, Team.objects.create(name="Others")):
        store(owner, None, "Mine", "test", "mine.json", content, load(content))
    assert QuestionSet.objects.count() == 2


def test_a_file_without_a_good_row_is_not_stored(team: Team) -> None:
    content = b'[{"question": ""}]'
    with pytest.raises(FileRefused, match="No row"):
        store(team, None, "Mine", "test", "mine.json", content, load(content))
    assert not QuestionSet.objects.exists()
