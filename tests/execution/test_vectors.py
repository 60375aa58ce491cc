"""Questions are embedded once, bit by bit, before a run needs their vectors."""

import pytest

from tests.conftest import Messages
from tests.recorded.logs import done
from webapp.accounts.models import Team
from webapp.execution.advance import advance_run
from webapp.execution.start import submit_run
from webapp.questions.models import QuestionSet, QuestionVector
from webapp.runs.models import Profile

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nobody_listens")]


def test_a_long_set_is_embedded_bit_by_bit(
    team: Team,
    recorded_profile: Profile,
    test_set: QuestionSet,
    monkeypatch: pytest.MonkeyPatch,
    nobody_listens: Messages,
) -> None:
    monkeypatch.setattr("webapp.execution.vectors.BATCH", 3)
    run = submit_run(team, None, pool=recorded_profile.pool, questions=test_set)
    for embedded in (3, 6):
        nobody_listens.clear()
        advance_run(run.pk)
        assert QuestionVector.objects.filter(question__question_set=test_set).count() == embedded
        assert ("runs.advance", run.pk) in nobody_listens
    assert done(run).finished == 8


def test_questions_are_embedded_once(
    team: Team, recorded_profile: Profile, test_set: QuestionSet
) -> None:
    done(submit_run(team, None, pool=recorded_profile.pool, questions=test_set))
    before = set(QuestionVector.objects.values_list("pk", flat=True))
    assert len(before) == 12 + 8
    done(submit_run(team, None, pool=recorded_profile.pool, questions=test_set, seed=1))
    assert set(QuestionVector.objects.values_list("pk", flat=True)) == before
