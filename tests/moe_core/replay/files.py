"""Small recordings on disk: three models, of which each knows one subject."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

MODELS = ("law/1", "maths/1", "weak/1")
SUBJECTS = {
    "law": "Which court decides about the contract number {}?",
    "maths": "Which number is the square of {} plus one?",
}


def letter_of(number: int) -> str:
    return "ABCD"[number % 4]


def questions(start: int, size: int, answers: bool = True) -> list[dict[str, Any]]:
    rows = []
    for number in range(start, start + size):
        subject = "law" if number % 2 else "maths"
        row = {
            "question_id": number,
            "question": SUBJECTS[subject].format(number),
            "options": ["one thing", "another", "a third", "none of these"],
            "category": subject,
        }
        rows.append(row | ({"answer": letter_of(number)} if answers else {}))
    return rows


def responses(asked: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Each model is right in its own subject and one letter off elsewhere; the weak one always."""
    rows = []
    for question in asked:
        number = question["question_id"]
        for model in MODELS:
            right = model.startswith(question["category"])
            said = letter_of(number if right else number + 1)
            output = f"Let me think. The answer is ({said})."
            rows.append({"question_id": number, "model": model, "output": output, "pred": None})
    return rows


def write(path: Path, rows: Iterable[Mapping[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def recording(folder: Path, name: str, start: int, size: int, answers: bool = True) -> list[Path]:
    """Its two files."""
    asked = questions(start, size)
    shown = questions(start, size, answers)
    return [
        write(folder / f"{name}.jsonl", shown),
        write(folder / f"{name}-responses.jsonl", responses(asked)),
    ]
