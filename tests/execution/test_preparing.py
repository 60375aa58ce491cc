"""Vectors that are made before a run begins that reads them."""

import pytest

from tests.recorded.logs import done
from webapp.accounts.models import Team
from webapp.execution.preparing import is_prepared
from webapp.execution.start import submit_run
from webapp.experts.models import Skill
from webapp.questions.models import QuestionSet, QuestionVector
from webapp.runs.models import Answer, Event, Profile

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nobody_listens")]


def test_the_vectors_of_both_sets_are_made_first(
    team: Team, recorded_profile: Profile, test_set: QuestionSet
) -> None:
    QuestionVector.objects.all().delete()
    run = submit_run(
        team,
        None,
        pool=recorded_profile.pool,
        questions=test_set,
        recruiter="task-top-k",
        writer="calibrated",
    )
    while not is_prepared(run):
        assert not Answer.objects.filter(run=run, asked=True).exists()
    for questions in (test_set, recorded_profile.question_set):
        vectors = QuestionVector.objects.filter(question__question_set=questions)
        assert vectors.count() == questions.questions.count()
    assert Event.objects.filter(run=run, kind="embedded").count() == 2
    assert done(run).correct == 8


def test_a_profile_from_before_anything_was_embedded_serves(
    team: Team, recorded_profile: Profile, test_set: QuestionSet
) -> None:
    QuestionVector.objects.all().delete()
    Skill.objects.all().delete()
    run = submit_run(
        team, None, pool=recorded_profile.pool, questions=test_set, recruiter="ours", k=2
    )
    while not is_prepared(run):
        pass
    assert done(run).correct == 8
