"""What the tests of the visit loop start from."""

import pytest

from gpu_worker.fake_engine import FakeEngine
from tests.conftest import MakeSet
from tests.gpu_worker.serving import serve, write
from webapp.accounts.models import Team
from webapp.execution.start import submit_profile, submit_ranking
from webapp.experts.models import Pool
from webapp.runs.models import Profile, Run


@pytest.fixture
def alone(settings: object, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """No worker listens, and none idles: these tests advance runs themselves."""
    settings.GPU_IDLE_SECONDS = 0  # type: ignore[attr-defined]
    woken: list[str] = []
    monkeypatch.setattr("webapp.queue.events.wake", lambda name, *args: woken.append(name))
    return woken


@pytest.fixture
def profiled(team: Team, pool: Pool, question_set: MakeSet) -> Run:
    run = submit_profile(team, None, pool, question_set("validation", 6))
    serve(FakeEngine(write))
    submit_ranking(team, None, Profile.objects.get())
    serve(FakeEngine(write))
    return Run.objects.get(pk=run.pk)
