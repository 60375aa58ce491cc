"""Uploading question sets, and reading which there are."""

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.api.conftest import Program, Things
from webapp.accounts.models import User
from webapp.questions.models import Question, QuestionSet

pytestmark = pytest.mark.django_db

GOOD = [{"question": "2 + 3?", "answer": "5"}, {"question": "2 · 3?", "answer": "6"}]


def a_file(content: bytes | list[dict[str, Any]], name: str = "sums.jsonl") -> SimpleUploadedFile:
    if isinstance(content, list):
        content = "\n".join(map(json.dumps, content)).encode()
    return SimpleUploadedFile(name, content)


def test_uploading(program: Program, user: User) -> None:
    status, said = program.upload("/question-sets", file=a_file(GOOD), name="Sums", kind="test")
    assert status == 201
    made = QuestionSet.objects.get()
    assert said == {
        "id": made.pk,
        "questions": 2,
        "format": "JSONL",
        "columns": {"question": "question", "answer": "answer"},
        "unused": [],
        "benchmark": "",
        "warnings": [],
        "errors": [],
    }
    assert (made.name, made.kind, made.created_by, made.team) == ("Sums", "test", user, user.team)
    assert list(made.questions.values_list("text", "gold")) == [("2 + 3?", "5"), ("2 · 3?", "6")]
    status, found = program.get(f"/question-sets/{made.pk}")
    assert (status, found["questions"], found["filename"]) == (200, 2, "sums.jsonl")
    assert (found["format"], found["sha256"], found["kind"]) == ("JSONL", made.sha256, "test")
    assert program.get("/question-sets") == (200, {"items": [found], "next": None})


def test_a_benchmark_is_guessed_or_given(program: Program) -> None:
    rows = [{"question": "?", "options": ["a", "b"], "answer": "A", "answer_index": 0}]
    for given, stored in ((None, "mmlu-pro"), ("none", ""), ("medmcqa", "medmcqa")):
        how = {"name": str(given), "kind": "test"} | ({"benchmark": given} if given else {})
        status, said = program.upload("/question-sets", file=a_file(rows), **how)
        assert (status, said["benchmark"]) == (201, stored)
        assert program.get(f"/question-sets/{said['id']}")[1]["benchmark"] == stored
        assert any("taken for" in warning for warning in said["warnings"]) == (given is None)


def test_without_a_name_the_files_is_taken(program: Program) -> None:
    assert program.upload("/question-sets", file=a_file(GOOD), kind="test")[0] == 201
    assert QuestionSet.objects.get().name == "sums"


def test_a_mapping_names_the_columns(program: Program) -> None:
    rows = [{"a": "What?", "b": "x", "c": "y", "question": "not this", "right": "B"}]
    mapping = {"question": "a", "options": ["b", "c"], "answer": "right"}
    status, said = program.upload(
        "/question-sets", file=a_file(rows), name="Mapped", kind="test", mapping=json.dumps(mapping)
    )
    assert status == 201
    assert said["columns"] == mapping
    question = Question.objects.get()
    assert (question.text, question.options, question.gold) == ("What?", ["x", "y"], "B")


@pytest.mark.parametrize(
    "mapping",
    ["{", "[]", "7", '"question"', '{"question": 1}', '{"nothing": "a"}', '{"question": "gone"}',
     '{"question": "\\u0000"}', '{"question": "\\ud800"}', "[" * 100_000, "NaN", '{"answer": {}}'],
)  # fmt: skip
def test_a_mapping_that_cannot_be(program: Program, mapping: str) -> None:
    status, said = program.upload(
        "/question-sets", file=a_file(GOOD), name="Sums", kind="test", mapping=mapping
    )
    assert (status, [error["field"] for error in said["errors"]]) == (422, ["mapping"])
    assert not QuestionSet.objects.exists()


def test_bad_rows_are_named_and_nothing_is_stored(program: Program) -> None:
    rows = [*GOOD, {"question": ""}, {"answer": "7"}]
    status, said = program.upload("/question-sets", file=a_file(rows), name="Sums", kind="test")
    assert status == 422
    assert [error["row"] for error in said["errors"]] == [3, 4]
    assert all(error["message"] and set(error) == {"row", "message"} for error in said["errors"])
    assert "sums.jsonl" in said["message"] and "2 of the 4" in said["message"]
    assert not QuestionSet.objects.exists()


def test_bad_rows_can_be_skipped(program: Program) -> None:
    rows = [*GOOD, {"question": ""}]
    status, said = program.upload(
        "/question-sets", file=a_file(rows), name="Sums", kind="test", on_error="skip"
    )
    assert (status, said["questions"]) == (201, 2)
    assert [error["row"] for error in said["errors"]] == [3]
    assert any("left out" in warning for warning in said["warnings"])
    assert QuestionSet.objects.get().size == 2


def test_a_name_that_is_taken(program: Program, things: Things) -> None:
    status, said = program.upload(
        "/question-sets", file=a_file(GOOD), name=things.test.name, kind="test"
    )
    assert (status, said["errors"][0]["field"]) == (422, "name")
    assert "choose another name" in said["message"]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"kind": "exam"}, "kind"),
        ({"kind": ""}, "kind"),
        ({"name": "x" * 101}, "name"),
        ({"name": "a\0b"}, "name"),
        ({"on_error": "ignore"}, "on_error"),
        ({"benchmark": "mmlu"}, "benchmark"),
        ({"benchmark": ""}, "benchmark"),
        ({"file": "no file at all"}, "file"),
    ],
)
def test_the_wrong_field_is_named(program: Program, wrong: dict[str, str], field: str) -> None:
    fields: dict[str, Any] = {"file": a_file(GOOD), "name": "Sums", "kind": "test"} | wrong
    status, said = program.upload("/question-sets", **fields)
    assert (status, [error["field"] for error in said["errors"]]) == (422, [field])
    assert not QuestionSet.objects.exists()


def test_missing_fields_are_named(program: Program) -> None:
    status, said = program.upload("/question-sets", name="Sums")
    assert status == 422
    assert {error["field"] for error in said["errors"]} == {"file", "kind"}


@pytest.mark.parametrize(
    "filename", ["", ".", "..", "../../etc/passwd", "a\nb.jsonl", "ü" * 300, "\x7f.jsonl", "%00"]
)
def test_strange_names_of_files_do_no_harm(program: Program, filename: str) -> None:
    file = a_file(GOOD)
    file._name = filename  # type: ignore[attr-defined]  # as it comes, not as Django cleans it
    status, said = program.upload("/question-sets", file=file, name="Sums", kind="test")
    assert (status == 201) == QuestionSet.objects.exists(), said
    assert status in {201, 422}


def test_a_file_that_cannot_be_read_is_refused(program: Program) -> None:
    status, said = program.upload(
        "/question-sets", file=a_file(b"\x80\x04nonsense\x00"), name="Sums", kind="test"
    )
    assert status == 422
    assert said["message"].startswith("sums.jsonl: ")
    assert said["errors"] == [{"row": None, "message": said["message"], "field": "file"}]
