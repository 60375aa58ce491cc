"""A run whose answers are all done."""

import pytest

from tests.conftest import MakeSet, Messages
from tests.pages.answer.addresses import keys
from webapp.accounts.models import Team, User
from webapp.execution.start import submit_run
from webapp.experts.models import Pool
from webapp.runs.models import Run


@pytest.fixture
def five_done(pool: Pool, question_set: MakeSet, nobody_listens: Messages) -> Run:
    """Five answers, all done, every other one of them right."""
    questions = question_set("test", 5)
    run = submit_run(pool.team, None, pool=pool, questions=questions, method="all-experts")
    for place, pk in enumerate(keys(run)):
        verdict = "incorrect" if place % 2 else "correct"
        run.answers.filter(pk=pk).update(asked=True, stage=None, verdict=verdict, text="14")
    return run


@pytest.fixture
def colleague(team: Team) -> User:
    return User.objects.create_user("grace", team=team)
