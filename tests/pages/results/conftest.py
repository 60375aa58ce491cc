"""A run with one answer of every outcome."""

import pytest

from tests.conftest import MakeSet, Messages
from tests.execution.answers import RIGHT, answered
from tests.reviews.given import reviewed
from webapp.accounts.models import User
from webapp.execution.start import submit_run
from webapp.experts.models import Pool
from webapp.runs.models import Answer, Progress, Run


@pytest.fixture
def run(pool: Pool, question_set: MakeSet, nobody_listens: Messages) -> Run:
    run = submit_run(pool.team, None, pool=pool, questions=question_set(), method="all-experts")
    for expert in pool.experts.all():
        Progress.objects.create(run=run, purpose="respond", expert=expert, asked=8, done=8)
    return run


@pytest.fixture
def judged(run: Run, user: User) -> list[Answer]:
    """One answer of every outcome, in this order; the last two questions are open."""
    given: list[tuple[list[str | None], str]] = [
        ([RIGHT, RIGHT], "correct"),
        (["3", RIGHT], "correct"),
        (["3", "4"], "incorrect"),
        (["3", RIGHT], "incorrect"),
        ([RIGHT, RIGHT], "incorrect"),
        ([None, None], "no answer"),
    ]
    answers = [
        answered(run, stated, verdict, place) for place, (stated, verdict) in enumerate(given)
    ]
    answers[0].skills = [["adding", "<i>sums</i>", 0.9], ["odd", "", 0.1]]
    answers[0].text = "fourteen"
    answers[0].save()
    reviewed(answers[3], user, "aggregation")
    return answers
