"""The files of known benchmarks, with invented rows: recognised by their columns."""

import json
from random import Random
from typing import Any

import pytest

from tests.files.loading import as_csv, as_jsonl, load
from tests.files.parquets import as_parquet
from webapp.questions.reading.conventions import name_of

Rows = list[dict[str, Any]]

WRITERS = pytest.mark.parametrize("write", [json.dumps, as_jsonl, as_csv, as_parquet])


@WRITERS
def test_mmlu_pro(write: Any) -> None:
    options = ["one", "two", "three"]
    rows: Rows = [
        {"question_id": 70, "question": "1+1?", "options": options, "answer": "B"},
        {"question_id": 71, "question": "1+2?", "options": options, "answer": ""},
        {"question_id": 72, "question": "1+0?", "options": options, "answer": "C"},
    ]
    places = (1, 2, 0)
    for row, place in zip(rows, places, strict=True):
        row |= {"answer_index": place, "cot_content": "", "category": "math", "src": "x"}
    loaded = load(write(rows))
    assert name_of(loaded.columns) == "MMLU-Pro"
    assert loaded.unused == ["cot_content", "src"]
    assert [(row["key"], row["gold"], row["category"]) for row in loaded.rows] == [
        ("70", "B", "math"),
        ("71", "C", "math"),
    ]
    assert loaded.errors == [
        (3, "The answer means option C, but its index 0 option A: put one of them right.")
    ]


GPQA = {
    "Record ID": "rec01",
    "Question": " Which number\nis prime? ",
    "Pre-Revision Question": "Which?",
    "Correct Answer": "11\n",
    "Incorrect Answer 1": "9",
    "Incorrect Answer 2": " 12",
    "Incorrect Answer 3": "15",
    "Explanation": "9 = 3 * 3",
    "High-level domain": "Mathematics",
    "Canary String": "",
    **{f"Note {n}": "a, b\n" for n in range(50)},
}


@WRITERS
def test_gpqa(write: Any) -> None:
    rows = [{**GPQA, "Record ID": f"rec{n}"} for n in range(100)]
    loaded = load(write(rows))
    assert loaded.errors == []
    assert name_of(loaded.columns) == "GPQA"
    assert loaded.columns == {
        "question": "Question",
        "correct": "Correct Answer",
        "incorrect": [f"Incorrect Answer {n}" for n in (1, 2, 3)],
        "id": "Record ID",
        "category": "High-level domain",
    }
    assert len(loaded.unused) == 53
    assert loaded.warnings == ["The options were shuffled with the seed 0."]
    for row in loaded.rows:
        assert row["text"] == "Which number\nis prime?"
        assert sorted(row["options"]) == ["11", "12", "15", "9"]
        order = [0, 1, 2, 3]
        Random(f"0/{row['key']}").shuffle(order)
        assert [row["options"].index("9"), row["options"].index("15")] == [
            order.index(1),
            order.index(3),
        ]
        assert row["gold"] == "ABCD"[order.index(0)]
    counts = [loaded.golds.count(letter) for letter in "ABCD"]
    assert sum(counts) == 100 and min(counts) > 10
    assert load(write(rows)).rows == loaded.rows


def test_an_incorrect_answer_that_is_the_correct_one_is_no_option() -> None:
    """Whoever chose it would be right, and graded as wrong."""
    loaded = load(as_csv([{**GPQA, "Incorrect Answer 2": " 11"}]))
    assert "1 question has the correct answer among the incorrect ones." in loaded.warnings
    (row,) = loaded.rows
    assert sorted(row["options"]) == ["11", "15", "9"]
    assert row["options"]["ABC".index(row["gold"])] == "11"


def test_gpqa_rows_with_fewer_answers() -> None:
    loaded = load(as_csv([{**GPQA, "Incorrect Answer 3": ""}, {**GPQA, "Correct Answer": " "}]))
    assert [len(row["options"]) for row in loaded.rows] == [3]
    assert loaded.errors == [(2, "The correct answer is empty.")]


@WRITERS
def test_aime(write: Any) -> None:
    rows = [
        {"ID": "2024-I-1", "Problem": "What is $1+1$?", "Solution": "Add.", "Answer": 2},
        {"ID": "2024-I-2", "Problem": "What is $1+2$?", "Solution": "Add.", "Answer": 3},
    ]
    loaded = load(write(rows))
    assert name_of(loaded.columns) == "AIME"
    assert loaded.unused == ["Solution"]
    assert [(row["key"], row["gold"], row["options"]) for row in loaded.rows] == [
        ("2024-I-1", "2", []),
        ("2024-I-2", "3", []),
    ]
    as_text = [{**row, "Answer": f"0{row['Answer']}"} for row in rows]
    assert load(write(as_text)).golds == ["02", "03"]


@WRITERS
def test_medmcqa(write: Any) -> None:
    row = {"question": "Which is red?", "opa": "sky", "opb": "grass", "opc": "snow", "opd": "blood"}
    more = {"choice_type": "single", "exp": "It is.", "subject_name": "Colours", "topic_name": "x"}
    rows = [{"id": f"m{n}", **row, "cop": cop, **more} for n, cop in enumerate((3, 0, -1, None))]
    loaded = load(write(rows))
    assert loaded.errors == []
    assert name_of(loaded.columns) == "MedMCQA"
    assert loaded.columns["options"] == ["opa", "opb", "opc", "opd"]
    assert loaded.unused == ["choice_type", "exp", "topic_name"]
    assert loaded.golds == ["D", "A", "", ""]
    assert {row["category"] for row in loaded.rows} == {"Colours"}
    assert loaded.warnings == ["2 questions have no gold answer: ungraded."]
    beyond = {**rows[0], "id": "m9", "cop": 5}
    ((number, message),) = load(write([*rows, beyond])).errors
    assert (number, message) == (5, "The answer's index '5' is no option: give 0 to 3.")


@WRITERS
def test_medmcqa_as_it_was_published(write: Any) -> None:
    """Its own files count from 1: where no 0 is among the answers, a 4 tells."""
    row = {"question": "Which is red?", "opa": "sky", "opb": "grass", "opc": "snow", "opd": "blood"}
    loaded = load(write([{**row, "cop": cop} for cop in (4, 1, 2)]))
    assert loaded.golds == ["D", "A", "B"]
    assert loaded.warnings == ["The answers' numbers count from 1."]


def test_mmlu() -> None:
    """A number is an index there, though the options may be numbers too."""
    row = {"question": "1+1?", "subject": "sums", "choices": ["1", "2", "3", "4"], "answer": 2}
    for write in (json.dumps, as_jsonl, as_parquet):
        loaded = load(write([row]))
        assert name_of(loaded.columns) == "MMLU"
        assert loaded.golds == ["C"]
        assert load(write([{**row, "answer": 1}])).golds == ["B"]


@pytest.mark.parametrize(("label", "key"), [("ABCD", "C"), ("1234", "3")])
def test_arc(label: str, key: str) -> None:
    texts = ["sun", "moon", "star", "sea"]
    row = {"id": "x", "question": "?", "choices": {"text": texts, "label": list(label)}}
    for write in (json.dumps, as_jsonl, as_parquet):
        loaded = load(write([{**row, "answerKey": key}]))
        assert name_of(loaded.columns) == "ARC"
        assert [(row["options"], row["gold"]) for row in loaded.rows] == [(texts, "C")]
