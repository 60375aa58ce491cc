"""Recordings of open questions: answers count by what they mean, as in the product."""

from pathlib import Path

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
