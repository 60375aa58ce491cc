"""A run's responses as a file that can be imported again: JSON lines of who wrote what."""

import json
from collections.abc import Iterator

from moe_core.values import Purpose
from webapp.runs.models import Generation, Run

BATCH = 500  # responses
PURPOSES = [Purpose.PROFILE.value, Purpose.RESPOND.value]


def responses(run: Run, after: int = 0) -> list[Generation]:
    """The next responses behind a key, at most BATCH, in the order in which they were asked for.

    An expert that holds two seats of a question is there once.
    """
    rows = Generation.objects.filter(
        run=run, pk__gt=after, purpose__in=PURPOSES, status=Generation.Status.DONE
    )
    return list(rows.select_related("answer__question", "expert").order_by("pk")[:BATCH])


def lines(run: Run) -> Iterator[str]:
    """{"question_id", "model", "output", "pred"} per response; `pred` is what grading read."""
    after, seen = 0, set[tuple[int, int]]()
    while rows := responses(run, after):
        after = rows[-1].pk
        yield "".join(_line(row) for row in rows if _is_new(row, seen))


def _is_new(row: Generation, seen: set[tuple[int, int]]) -> bool:
    key = (row.answer_id or 0, row.expert_id)
    new = key not in seen
    seen.add(key)
    return new


def _line(row: Generation) -> str:
    assert row.answer is not None  # PURPOSES are all about questions
    return (
        json.dumps(
            {
                "question_id": row.answer.question.key,
                "model": row.expert.name,
                "output": row.output,
                "pred": row.stated,
            },
            ensure_ascii=False,
        )
        + "\n"
    )
