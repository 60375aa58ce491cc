"""Past runs of two people."""

from datetime import timedelta

import pytest

from tests.conftest import MakeSet, Messages
from webapp.accounts.models import Team, User
from webapp.execution.start import submit_run
from webapp.experts.models import Pool
from webapp.runs.models import Run


@pytest.fixture
def runs(
    team: Team, pool: Pool, user: User, question_set: MakeSet, nobody_listens: Messages
) -> list[Run]:
    """Three that are done, on one set, by two methods; the middle one is somebody else's."""
    other = User.objects.create_user("other", password="a password", team=team)
    questions = question_set()
    made = []
    for correct, person in ((4, user), (6, other), (8, user)):
        run = submit_run(team, person, pool=pool, questions=questions, method="all-experts")
        run.status, run.correct, run.graded = Run.Status.DONE, correct, 8
        run.ended = run.created + timedelta(seconds=75)
        run.save()
        made.append(run)
    made[2].method, made[2].recruiter = "skill-moe", "ours"
    made[2].save()
    return made
