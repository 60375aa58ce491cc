"""What programs say of a file: looked at first, asked for, kept under a name and used again."""

import json
from typing import Any

import pytest

from tests.api.conftest import Program
from tests.api.test_question_sets import a_file
from webapp.questions.models import Question, QuestionSet, SavedMapping

pytestmark = pytest.mark.django_db

NUMBERED = [{"question": "Which?", "choices": ["red", "green", "blue"], "answer": 1}]
PICTURED = [{"question": "Which?", "answer": "red", "image": "a.png", "note": "x"}]


def post(program: Program, rows: list[dict[str, Any]], **given: str) -> tuple[int, Any]:
    return program.upload("/question-sets", file=a_file(rows), **({"kind": "test"} | given))


def look(program: Program, rows: list[dict[str, Any]], **given: str) -> Any:
    status, said = program.upload("/question-sets/preview", file=a_file(rows), **given)
    assert status == 200, said
    assert not QuestionSet.objects.exists()
    return said


def test_a_preview_shows_what_would_be_stored(program: Program) -> None:
    solution = "6*7=<<6*7=42>>42\n#### 42"
    said = look(program, [{"question": "6 * 7?", "answer": solution}, {"question": ""}])
    assert (said["questions"], said["bad_rows"]) == (1, 1)
    assert said["errors"] == [{"row": 2, "message": "The question is empty."}]
    assert said["warnings"] == [
        "The gold answer of 1 question is what stands after “####” in a worked solution."
    ]
    (row,) = said["rows"]
    assert (row["text"], row["gold"], row["messages"]) == ("6 * 7?", "42", [])
    assert said["columns"] == {"question": "question", "answer": "answer"}


def test_a_file_that_cannot_be_read_has_no_preview(program: Program) -> None:
    status, said = program.upload("/question-sets/preview", file=a_file(b"question\n"))
    assert (status, said["errors"][0]["field"]) == (422, "file")


def test_where_numbers_count_from_is_asked_for(program: Program) -> None:
    said = look(program, NUMBERED)
    assert "count from 0 or from 1" in said["problem"]
    assert said["asks"] == {"written": ["index from 0", "index from 1"]}
    status, said = post(program, NUMBERED)
    assert (status, said["errors"][0]["field"]) == (422, "mapping")
    for written, gold in (("index from 0", "B"), ("index from 1", "A")):
        status, _ = post(program, NUMBERED, name=written, mapping=json.dumps({"written": written}))
        assert status == 201
        assert Question.objects.get(question_set__name=written).gold == gold


def test_a_part_of_the_question_is_not_dropped_without_a_word(program: Program) -> None:
    said = look(program, PICTURED)
    assert (said["parts"], said["unused"]) == (["image"], ["image", "note"])
    status, said = post(program, PICTURED)
    assert status == 422 and "'image'" in said["message"]
    assert said["errors"][0]["field"] == "mapping"
    assert not QuestionSet.objects.exists()
    status, said = post(program, PICTURED, mapping='{"ignored": ["image"]}')
    assert (status, said["unused"]) == (201, ["image", "note"])
    assert program.get(f"/question-sets/{said['id']}")[1]["unused"] == ["image", "note"]
    status, said = post(program, PICTURED, mapping='{"passage": "image"}', name="joined")
    assert (status, said["unused"]) == (201, ["note"])
    assert Question.objects.latest("pk").text == "a.png\n\nWhich?"


def test_a_mapping_is_kept_and_used_again(program: Program, stranger: Program) -> None:
    rows = [{"a": "Which?", "b": "red", "c": "blue", "d": "2", "answer": "A", "id": "x"}]
    mapping = {"question": "a", "options": ["b", "c"], "answer_index": "d", "answer": None,
               "written": "index from 1"}  # fmt: skip
    status, _ = post(program, rows, mapping=json.dumps(mapping), save_mapping_as="ours")
    assert status == 201
    (kept,) = program.get("/question-mappings")[1]["items"]
    assert kept["name"] == "ours" and kept["mapping"] == SavedMapping.objects.get().mapping
    assert {name: kept["mapping"][name] for name in mapping} == mapping
    assert kept["mapping"]["id"] == "id"
    assert post(program, rows, name="again", saved_mapping="ours")[0] == 201
    first, second = Question.objects.order_by("pk")
    assert first.value == second.value and second.gold == "B"
    assert post(
        program, rows, name="but", saved_mapping="ours", mapping='{"written": "index from 0"}'
    )[1]["errors"][0]["row"]  # what is said here goes before it

    assert stranger.get("/question-mappings")[1]["items"] == []
    status, said = post(stranger, rows, saved_mapping="ours")
    assert (status, said["errors"][0]["field"]) == (422, "saved_mapping")


@pytest.mark.parametrize(
    "mapping",
    [{"written": "letters"}, {"several": True}, {"header": "no"}, {"rows": 1}, {"ignored": "x"}],
)
def test_words_that_a_mapping_does_not_know(program: Program, mapping: dict[str, Any]) -> None:
    status, said = post(program, NUMBERED, mapping=json.dumps(mapping))
    assert (status, said["errors"][0]["field"]) == (422, "mapping")
    assert next(iter(mapping)) in said["message"]
