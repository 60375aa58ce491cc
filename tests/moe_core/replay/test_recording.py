"""Recordings of open questions: answers count by what they mean, as in the product."""

from pathlib import Path

import pytest

from moe_core.errors import RecordingError
from moe_core.replay.recording import read_recording
from tests.hostile import REFUSED
from tests.moe_core.replay.files import write


def test_answers_that_mean_the_same_are_one(tmp_path: Path) -> None:
    asked = [
        {"question_id": 1, "question": "How much?", "answer": "1/2"},
        {"question_id": 2, "question": "Which letter?", "options": ["x", "y"], "answer": "B"},
    ]
    stated = {1: ["7", r"\dfrac{1}{2}", "0.5", r"\frac{14}{2}", REFUSED[0]], 2: list("BABAB")}
    told = [
        {"question_id": key, "model": f"m{place}", "output": rf"So \boxed{{{text}}}."}
        for key, texts in stated.items()
        for place, text in enumerate(texts)
    ]
    questions, responses = tmp_path / "questions.jsonl", tmp_path / "responses.jsonl"
    write(questions, asked)
    write(responses, told)
    found = read_recording(questions, responses)
    half = r"\dfrac{1}{2}"
    assert found.stated == [["7", half, half, "7", REFUSED[0]], list("BABAB")]
    assert found.right.tolist() == [[0, 1, 1, 0, 0], [1, 0, 1, 0, 1]]


def scored(folder: Path, score: object = 0.25) -> list[Path]:
    """Three questions of two categories, two models, scores for answers."""
    asked = [{"id": n, "question": f"Q {n}?", "category": "law" if n else "art"} for n in range(3)]
    told = [
        {"question_id": n, "model": model, "score": score if n == 2 else float(model == "a")}
        for n in range(3)
        for model in "ab"
    ]
    return [write(folder / "questions.jsonl", asked), write(folder / "scores.jsonl", told)]


def test_scores_are_read_instead_of_answers(tmp_path: Path) -> None:
    found = read_recording(*scored(tmp_path))
    assert found.is_scored and found.graded.all()
    assert found.right.tolist() == [[1, 0], [1, 0], [0.25, 0.25]]
    assert [q.category for q in found.questions] == ["art", "law", "law"]
    assert {q.category for q in found.without_categories().questions} == {""}
    assert found.at([2, 0]).right.tolist() == [[0.25, 0.25], [1, 0]]


@pytest.mark.parametrize("score", [1.5, -1, "much", float("nan")])
def test_a_score_is_a_number_from_0_to_1(tmp_path: Path, score: object) -> None:
    with pytest.raises(RecordingError, match=r"the score .* is no number from 0 to 1"):
        read_recording(*scored(tmp_path, score))
