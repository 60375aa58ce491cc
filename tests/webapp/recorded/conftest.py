"""A pool of recorded experts, and its profile."""

import pytest

from tests.conftest import MakeSet
from tests.webapp.recorded.logs import rows, take
from webapp.accounts.models import Team
from webapp.execution.advance import advance_run
from webapp.execution.start import submit_profile
from webapp.experts.models import Pool
from webapp.questions.models import QuestionSet
from webapp.runs.models import Profile


@pytest.fixture(autouse=True)
def nobody_listens(monkeypatch: pytest.MonkeyPatch) -> list[tuple[object, ...]]:
    """No message is sent: these tests do the default worker's part themselves."""
    woken: list[tuple[object, ...]] = []
    monkeypatch.setattr("webapp.queue.events.wake", lambda *told: woken.append(told))
    return woken


@pytest.fixture
def validation(question_set: MakeSet) -> QuestionSet:
    return question_set("validation", 12)


@pytest.fixture
def test_set(question_set: MakeSet) -> QuestionSet:
    return question_set("test", 8)


@pytest.fixture
def pool(team: Team, validation: QuestionSet, test_set: QuestionSet) -> Pool:
    take(team, validation, rows(validation))
    return take(team, test_set, rows(test_set)).pool


@pytest.fixture
def profile(team: Team, pool: Pool, validation: QuestionSet) -> Profile:
    run = submit_profile(team, None, pool, validation)
    advance_run(run.pk)
    made = Profile.objects.get()
    assert made.ready
    return made
