"""What a visit claims."""

import pytest

from webapp.accounts.models import Team
from webapp.execution.start import submit_try
from webapp.experts.models import Expert
from webapp.queue import claims, workers
from webapp.runs.models import Visit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nobody_listens")]

HUB = "somebody/some-model"


def test_experts_that_only_stop_differently_share_a_stay(team: Team) -> None:
    """And each generation has the stop strings of its own expert."""
    plain = Expert.objects.create(name="plain", source=HUB)
    brief = Expert.objects.create(name="brief", source=HUB, stop_strings=["\n\n", "###"])
    assert plain.engine_key == brief.engine_key
    for expert in (plain, brief):
        submit_try(team, None, expert, "What is 1+1?")
    with workers.registered_worker() as worker:
        visit = Visit.objects.create(worker=worker, expert=plain)
        claimed = claims.claim(worker, visit, 0).prompts
    assert [prompt.stop for prompt in claimed] == [(), ("\n\n", "###")]
