"""What a visit claims."""

import pytest

from moe_core.annotations import SCHEMA
from webapp.accounts.models import Team
from webapp.execution.advance import advance_run
from webapp.execution.start import submit_profile, submit_try
from webapp.experts.models import Expert, Pool
from webapp.questions.models import QuestionSet
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


@pytest.mark.parametrize("is_structured", [True, False])
def test_only_annotations_of_a_pool_that_says_so_are_held_to_a_list(
    team: Team, pool: Pool, validation: QuestionSet, is_structured: bool
) -> None:
    pool.is_structured = is_structured
    pool.save()
    run = submit_profile(team, None, pool, validation)
    advance_run(run.pk)
    assert pool.annotator is not None
    with workers.registered_worker() as worker:
        schemas = [
            prompt.schema
            for expert in (pool.annotator, pool.experts.all()[0])
            for prompt in claims.claim(
                worker, Visit.objects.create(worker=worker, expert=expert), 1
            ).prompts
        ]
    named, answered = 5 * validation.size, validation.size
    assert schemas == [SCHEMA if is_structured else None] * named + [None] * answered
