"""Question sets from files: stored whole, or not at all, with what to know of them."""

import hashlib
import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.conftest import ROOT
from webapp.accounts.models import Team, User
from webapp.files.errors import FileRefused
from webapp.questions.models import Question, QuestionSet
from webapp.questions.taking import TakenQuestions, take_questions

UPLOADS = ROOT.parent / "shared" / "uploads"
COLOURS = ["red", "green", "blue"]
ROWS: list[dict[str, Any]] = [
    {"id": "q-1", "question": "Grass?", "options": COLOURS, "answer": "B"},
    {"id": "q-2", "question": "Blood?", "options": COLOURS, "answer": "red"},
]


def take(team: Team, content: bytes, **given: Any) -> TakenQuestions:
    filename = given.pop("filename", "mine.json")
    file = SimpleUploadedFile(filename, content)
    how = {"name": "", "kind": "test", **given}
    return take_questions(team, how.pop("user", None), file, filename, **how)


@pytest.mark.parametrize(
    ("name", "rows", "benchmark"),
    [
        ("AIME24_test", 30, "aime"),
        ("MMLU_Pro_train", 350, "mmlu-pro"),
        ("MedMCQA_train", 504, "medmcqa"),
    ],
)
def test_the_papers_files_load_whole(team: Team, name: str, rows: int, benchmark: str) -> None:
    path = UPLOADS / f"{name}.json"
    if not path.exists():
        pytest.skip(f"{path.name} is not beside this checkout")
    taken = take_questions(team, None, path, path.name, name="", kind="test")
    assert (taken.question_set.name, taken.question_set.size) == (name, rows)
    assert (taken.question_set.benchmark, taken.bad_rows) == (benchmark, 0)
    assert ["taken for" in warning for warning in taken.warnings] == [True]
    for question in taken.question_set.questions.all():
        assert bool(question.options) == (benchmark != "aime")
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
    with pytest.raises(FileRefused, match=r"^a\.csv: 1 of the 3 rows cannot .* Row 2: ") as caught:
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
        "Not used: 'note'.",
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
