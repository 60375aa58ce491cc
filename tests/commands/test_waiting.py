"""Waiting for runs: how long, and what is said of those that came to nothing."""

import pytest

from tests.conftest import MakeSet
from webapp.accounts.models import Team
from webapp.commands import waiting
from webapp.execution.cancel import cancel
from webapp.execution.start import submit_run
from webapp.experts.models import Pool
from webapp.runs.models import Generation, Run

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("impatient")]


def test_waiting_for_a_cancelled_or_failed_run(
    team: Team, pool: Pool, question_set: MakeSet
) -> None:
    runs = [
        submit_run(team, None, pool=pool, questions=question_set("test", 2), method="all-experts")
        if not place
        else Run.objects.create(team=team, pool=pool, status="failed", problem="no space left")
        for place in range(2)
    ]
    cancel(runs[0])
    message = f"Run {runs[0].pk} was cancelled. Run {runs[1].pk} failed: no space left"
    with pytest.raises(waiting.WaitingFailed, match=message):
        waiting.wait_for(runs, show=False)


def test_waiting_ends_when_nobody_works(
    team: Team, pool: Pool, question_set: MakeSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "STALLED_SECONDS", 0.2)
    run = submit_run(team, None, pool=pool, questions=question_set("test", 2), method="all-experts")
    with pytest.raises(waiting.WaitingFailed, match="no gpu worker is running"):
        waiting.wait_for([run], show=False)
    assert not Generation.objects.exists()
