"""Question sets of a benchmark: guessed, and told."""

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from webapp.accounts.models import Team
from webapp.files.errors import FileRefused
from webapp.questions.benchmarks import guessed
from webapp.questions.taking import TakenQuestions, take_questions

MMLU_PRO = {"options": "options", "answer": "answer", "answer_index": "answer_index"}
GPQA = {"correct": "Correct Answer", "incorrect": ["Incorrect Answer 1"]}
MEDMCQA = {"options": ["opa", "opb", "opc", "opd"], "answer_index": "cop"}
MATHS = {"question": "problem", "answer": "answer"}
PAPERS = {"question": "question", "answer": "gold_answer"}
OPEN = [{"problem": "1 + 1?", "answer": "2"}, {"problem": "1 + 2?", "answer": "3"}]
CHOICE = [{"question": "?", "options": ["a", "b"], "answer": "A", "answer_index": 0}]


@pytest.mark.parametrize(
    ("columns", "filename", "benchmark"),
    [
        (MMLU_PRO, "test.parquet", "mmlu-pro"),
        (GPQA, "gpqa_diamond.csv", "gpqa"),
        (MEDMCQA, "dev.json", "medmcqa"),
        (MATHS, "AIME24_test.json", "aime"),
        (MATHS, "MATH-500.jsonl", ""),  # problem and answer are many sets' columns
        (PAPERS, "MMLU_Pro_train.json", "mmlu-pro"),
        (PAPERS, "AIME_and_GPQA.json", ""),
        (PAPERS, "mine.json", ""),
        ({"question": "question", "answer": "answer"}, "gpqa.json", ""),
    ],
)
def test_guessing(columns: dict[str, Any], filename: str, benchmark: str) -> None:
    assert guessed({"question": "question"} | columns, filename) == benchmark


def take(
    team: Team, rows: list[dict[str, Any]], filename: str = "mine.json", **how: Any
) -> TakenQuestions:
    file = SimpleUploadedFile(filename, json.dumps(rows).encode())
    return take_questions(team, None, file, filename, **({"name": "", "kind": "test"} | how))


def test_a_guess_is_told_and_can_be_overruled(team: Team) -> None:
    taken = take(team, CHOICE)
    assert taken.question_set.benchmark == "mmlu-pro"
    (told,) = taken.warnings
    assert "taken for MMLU-Pro" in told
    for chosen, stored in (("none", ""), ("gpqa", "gpqa")):
        taken = take(team, CHOICE, name=chosen, benchmark=chosen)
        assert taken.question_set.benchmark == stored
        assert not any("taken for" in warning for warning in taken.warnings)
    assert take(team, OPEN, name="maths").question_set.benchmark == ""
    with pytest.raises(FileRefused, match="choose one of guess, none, mmlu-pro, gpqa") as refused:
        take(team, OPEN, name="x", benchmark="mmlu")
    assert refused.value.field == "benchmark"


def test_a_set_that_is_not_like_its_benchmark(team: Team) -> None:
    taken = take(team, OPEN, benchmark="gpqa")
    assert taken.warnings == [
        "2 questions have no options, and those of GPQA have: is it the right benchmark?"
    ]
    assert take(team, CHOICE, benchmark="aime", name="x").warnings == [
        "1 question has options, and those of AIME have none: is it the right benchmark?"
    ]
