"""Which columns mean what: recognised by their names, or told by a mapping."""

import json
from typing import Any

import pytest

from tests.files.loading import load
from webapp.files.errors import FileRefused
from webapp.questions.reading.columns import described


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


ROW = {"id": "7", "stem": "?", "x": "red", "y": "blue", "key": 1, "answer": "z", "kind": "colours"}


def test_a_mapping_rules() -> None:
    mapping = {
        "question": "stem",
        "options": ["y", "x"],
        "answer_index": "key",
        "answer": None,
        "id": None,
        "category": "kind",
    }
    loaded = load(json.dumps([ROW]), mapping)
    (row,) = loaded.rows
    assert (row["key"], row["options"], row["gold"]) == ("1", ["blue", "red"], "B")
    assert loaded.unused == ["id", "answer"]
    told = described(loaded.format, loaded.columns, loaded.unused)
    assert told == (
        "JSON: question from “stem”, options from “y” + “x”, answer_index from “key”,"
        " category from “kind”; not used: 'id', 'answer'"
    )


def test_a_mapping_of_correct_and_incorrect_answers() -> None:
    content = json.dumps([ROW, {**ROW, "id": "8"}])
    loaded = load(content, {"question": "stem", "correct": "x", "incorrect": ["y", "kind"]})
    assert "answer" not in loaded.columns
    for row in loaded.rows:
        assert sorted(row["options"]) == ["blue", "colours", "red"]
        assert row["options"]["ABC".index(row["gold"])] == "red"


def test_an_index_of_options_in_the_text() -> None:
    row = {**ROW, "stem": "Which? The options are: (A) red (B) blue"}
    mapping = {"question": "stem", "answer_index": "key", "answer": None}
    assert load(json.dumps([row]), mapping).golds == ["B"]


def test_a_mapping_to_one_of_two_columns_of_a_name() -> None:
    content = "question,Question,answer\na,b,c"
    assert load(content, {"question": "Question"}).rows[0]["text"] == "b"


@pytest.mark.parametrize(
    ("mapping", "message"),
    [
        ({"questions": "stem"}, "names 'questions': known are question, passage, "),
        ({"question": "text"}, "'text', which the file has not. The columns are: 'id', 'stem'"),
        ({"question": "stem", "answer": "stem"}, "'stem' twice: one column has one meaning"),
        ({"question": None}, "leaves out the question"),
        ({"question": ["stem"]}, "The mapping of question is no column's name"),
        ({"question": "stem", "options": []}, "options is no list of columns' names"),
        ({"question": "stem", "options": [1]}, "options is no list of columns' names"),
        ({"question": "stem", "options": ["x"]}, "lists one column"),
        ({"question": "stem", "options": 1}, "no column's name, or a list of columns"),
        ({"question": "stem", "correct": "x"}, "belong together: map both"),
        (
            {"question": "stem", "correct": "x", "incorrect": ["y"], "answer": "key"},
            "has both correct and incorrect answers, and options or an answer",
        ),
    ],
)
def test_mappings_that_cannot_be(mapping: dict[str, Any], message: str) -> None:
    with pytest.raises(FileRefused, match=message) as caught:
        load(json.dumps([ROW]), mapping)
    assert caught.value.field == "mapping"
