"""A finished run of 40 questions, and people who review."""

import pytest

from tests.conftest import MakeSet, Messages
from webapp.accounts.models import Role, Team, User
from webapp.execution.start import submit_run
from webapp.experts.models import Pool
from webapp.runs.models import Run


def finished(pool: Pool, question_set: MakeSet, size: int, name: str = "test") -> Run:
    """Every other answer wrong; of each ten, two on which experts disagree, one lost to a vote."""
    run = submit_run(
        pool.team, None, pool=pool, questions=question_set(name, size), method="all-experts"
    )
    answers = list(run.answers.order_by("question__row"))
    for place, answer in enumerate(answers):
        answer.asked, answer.stage, answer.text = True, None, str(place)
        answer.verdict = "incorrect" if place % 2 else "correct"
        answer.outcome = "none right" if place % 2 else "agreed"
        answer.stances = 1
        if place % 10 in (3, 4):
            answer.stances = 2
        if place % 10 == 3:
            answer.outcome = "broken"
        answer.save()
    Run.objects.filter(pk=run.pk).update(
        status="done", finished=size, graded=size, correct=size // 2
    )
    run.refresh_from_db()
    return run


@pytest.fixture
def run(pool: Pool, question_set: MakeSet, nobody_listens: Messages) -> Run:
    return finished(pool, question_set, 40)


@pytest.fixture
def people(team: Team) -> list[User]:
    return [
        User.objects.create_user(f"reviewer-{n}", team=team, role=Role.REVIEWER) for n in range(3)
    ]
