"""A question set as a file: its questions with the gold answers of one version."""

import json
from collections.abc import Iterator
from typing import Any

from webapp.questions.golds import give_golds
from webapp.questions.models import Question, QuestionSet

BATCH = 500  # questions


def lines(question_set: QuestionSet, version: int) -> Iterator[str]:
    """JSON lines, some at a time, that can be uploaded again; of that version to the end, whatever
    is corrected meanwhile."""
    last = 0
    while found := list(question_set.questions.filter(row__gt=last).order_by("row")[:BATCH]):
        last = found[-1].row
        give_golds(found, version)
        yield "".join(json.dumps(_row(one), ensure_ascii=False) + "\n" for one in found)


def _row(question: Question) -> dict[str, Any]:
    """In names that an upload recognises; several right answers are a list."""
    golds = question.value.golds
    told: dict[str, Any] = {"id": question.key, "question": question.messages or question.text}
    if question.options:
        told["options"] = question.options
    told["answer"] = list(golds) if len(golds) > 1 else question.gold
    if question.category:
        told["category"] = question.category
    return told
