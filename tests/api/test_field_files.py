"""Files as people have them, through the API: looked at, and stored as they are meant."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.api.conftest import Program
from tests.conftest import ROOT
from webapp.questions.models import Question, QuestionSet

pytestmark = pytest.mark.django_db

FOLDER = ROOT.parent / "shared" / "field" / "files"
CITIES = ["Rome", "Paris", "Oslo", "Bern"]
# File → what the API is told of it, and each question's text, options, gold and alternatives.
MEANT: dict[str, tuple[dict[str, Any], list[tuple[str, list[str], str, list[str]]]]] = {
    "asserts.csv": ({"on_error": "skip"}, [("What is 2+2?", [], "4", [])]),
    "chat-messages.jsonl": ({}, [("Answer with a number.\n\n3*4?", [], "12", ["twelve"])]),
    "chat-target.jsonl": ({}, [("Name the red planet.", [], "Mars", [])]),
    "examples-wrapper.json": (
        {},
        [
            ("Which is heaviest?", ["a feather", "a brick", "a leaf"], "B", []),
            ("not ( True ) and False is", [], "False", []),
        ],
    ),
    "index-from-one.json": (
        {},
        [
            ("Vitamin of sunlight?", ["A", "B", "C", "D"], "D", []),
            ("Largest organ?", ["liver", "lung", "skin", "heart"], "C", []),
        ],
    ),
    "keyed-by-id.json": (
        {},
        [
            ("Rest shortened recovery in the trial.\n\nDoes rest help a sprain?", [], "yes", []),
            ("No harm was seen.\n\nIs the dye harmful?", [], "no", []),
        ],
    ),
    "letter-in-braces.jsonl": ({}, [("Pick: A) 1 B) 2", ["1", "2"], "B", [])]),
    "list-answer.jsonl": (
        {},
        [("Solve x-2=0.", [], "2", []), ("Solve x^2=4.", [], "2, -2", [])],
    ),
    "nested-question.jsonl": ({}, [("Where do fish live?", ["trees", "water"], "B", [])]),
    "no-header.csv": (
        {},
        [("Capital of France?", CITIES, "B", []), ("Capital of Norway?", CITIES, "C", [])],
    ),
    "options-are-letters.jsonl": (
        {},
        [
            ("Which blood group is the universal donor?", ["B", "O", "A", "AB"], "B", []),
            ("Which vitamin is ascorbic acid?", ["C", "D", "E", "B"], "A", []),
        ],
    ),
    "options-in-one-string.jsonl": ({}, [("If x+2=5, x is", ["2", "3", "4", "5"], "B", [])]),
    "passage.jsonl": (
        {},
        [
            (
                "All rooms on floor two are painted green. Room 7 is not green.\n\nWhich follows?",
                [
                    "Room 7 is on floor two.",
                    "Room 7 is not on floor two.",
                    "All green rooms are on floor two.",
                    "Room 7 is blue.",
                ],
                "B",
                [],
            ),
            (
                "Whoever has a key can enter. Lena cannot enter.\n\nWhich follows?",
                ["Lena has a key.", "Nobody can enter.", "Lena has no key.", "Keys are rare."],
                "C",
                [],
            ),
        ],
    ),
    "printed-dict.jsonl": ({}, [("Which is a metal?", ["wood", "iron"], "B", [])]),
    "row-per-option.jsonl": (
        {},
        [("What does a thermometer measure?", ["temperature", "time", "weight"], "*", [])],
    ),
    "rows-wrapper.json": (
        {},
        [("Largest planet?", ["Mars", "Jupiter", "Venus", "Earth"], "B", [])],
    ),
    "semicolon-answers.csv": (
        {},
        [("Can pigs fly?", ["Pigs can fly", "Pigs cannot fly", "Pigs fly at night"], "*", [])],
    ),
    "several-right.json": (
        {},
        [
            (
                "What happens if you swallow gum?",
                ["It passes through", "It stays for years", "It sticks to your heart"],
                "*",
                [],
            )
        ],
    ),
    "spaced-header.csv": ({}, [("What is 6*7?", [], "42", [])]),
    "splits-wrapper.json": (
        {"mapping": json.dumps({"rows": "test"})},
        [("3+3?", ["6", "7"], "A", []), ("5+1?", ["6", "8"], "A", [])],
    ),
    "worked-solution.jsonl": (
        {},
        [
            ("A tray holds 6 cups. How many cups do 7 trays hold?", [], "42", []),
            ("Tom has 1,200 coins and spends 150. How many are left?", [], "1,050", []),
        ],
    ),
}
SHUFFLED = {  # the right option of a question whose options are shuffled
    "row-per-option.jsonl": "temperature",
    "semicolon-answers.csv": "Pigs cannot fly",
    "several-right.json": "It passes through",
}


def field_file(name: str) -> Path:
    path = FOLDER / name
    if not path.exists():
        pytest.skip(f"{name} is not beside this checkout")
    return path


def test_no_question_file_is_forgotten() -> None:
    field_file("passage.jsonl")
    there = {path.name for path in FOLDER.iterdir() if not path.name.startswith("responses-")}
    assert there == set(MEANT)


@pytest.mark.parametrize("name", MEANT)
def test_a_file_is_stored_as_it_is_meant(program: Program, name: str) -> None:
    path = field_file(name)
    told, meant = MEANT[name]
    looked = {key: value for key, value in told.items() if key == "mapping"}
    address = "/question-sets/preview"
    status, preview = program.upload(address, file=_file(path), **looked)
    assert (status, preview["problem"], preview["parts"]) == (200, "", [])
    status, said = program.upload("/question-sets", file=_file(path), kind="test", **told)
    assert status == 201, said
    stored = list(Question.objects.order_by("row"))
    assert [row["text"] for row in preview["rows"]] == [question.text for question in stored]
    assert said["questions"] == len(meant)
    for question, (text, options, gold, alternatives) in zip(stored, meant, strict=True):
        assert (question.text, question.alternatives) == (text, alternatives)
        if gold == "*":
            assert sorted(question.options) == options
            assert question.options["ABCD".index(question.gold)] == SHUFFLED[name]
        else:
            assert (question.options, question.gold) == (options, gold)


def test_lists_of_rows_are_chosen_by_a_person(program: Program) -> None:
    path = field_file("splits-wrapper.json")
    status, said = program.upload("/question-sets", file=_file(path), kind="test")
    assert status == 422 and "'dev' (1), 'test' (2)" in said["message"]
    assert 'in the mapping: "rows": one of "dev", "test".' in said["message"]
    assert [error["field"] for error in said["errors"]] == ["mapping"]
    status, preview = program.upload("/question-sets/preview", file=_file(path))
    assert (status, preview["asks"]) == (200, {"rows": ["dev", "test"]})
    assert not QuestionSet.objects.exists()


def test_what_cannot_be_graded_is_named(program: Program) -> None:
    path = field_file("asserts.csv")
    status, said = program.upload("/question-sets", file=_file(path), kind="test")
    assert status == 422
    (error,) = said["errors"]
    assert (
        error["row"] == 2 and "only “equals” can be graded: leave the row out" in error["message"]
    )


def test_messages_are_kept(program: Program) -> None:
    path = field_file("chat-messages.jsonl")
    program.upload("/question-sets", file=_file(path), kind="test")
    assert Question.objects.get().messages == [
        {"role": "system", "content": "Answer with a number."},
        {"role": "user", "content": "3*4?"},
    ]


def _file(path: Path) -> SimpleUploadedFile:
    return SimpleUploadedFile(path.name, path.read_bytes())
