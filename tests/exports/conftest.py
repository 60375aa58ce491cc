"""A run whose experts sit twice on a question, and what is exported of it."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.conftest import Messages
from tests.execution.answers import RIGHT, answered
from webapp.accounts.models import User
from webapp.execution.start import submit_run
from webapp.experts.models import Pool
from webapp.exports.forms import as_jsonl
from webapp.exports.seats import seats
from webapp.questions.models import QuestionSet
from webapp.runs.models import Run

Exported = Callable[[Run, User], list[dict[str, Any]]]


@pytest.fixture
def run(pool: Pool, test_set: QuestionSet, nobody_listens: Messages) -> Run:
    """Eight questions; of the first each expert has two seats, one of which is asked twice."""
    run = submit_run(pool.team, None, pool=pool, questions=test_set, method="all-experts")
    run.generations.all().delete()
    answer = answered(run, [RIGHT, "3", RIGHT, None], "correct")
    answered(run, [RIGHT], "correct", round_=1)
    answer.skills = [["adding", "sums", 0.9]]
    first, second = pool.experts.order_by("pk")
    answer.probabilities = {str(first.pk): 0.75, str(second.pk): 0.25}
    answer.text = RIGHT
    answer.save()
    return run


@pytest.fixture
def exported() -> Exported:
    def export(run: Run, reader: User) -> list[dict[str, Any]]:
        told = b"".join(as_jsonl(seats(run, reader, owns=False)))
        return [json.loads(line) for line in told.splitlines()]

    return export
