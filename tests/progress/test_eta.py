"""The time left is counted by the stages in which generations are stored."""

from collections.abc import Iterator

import pytest

from moe_core.values import Stage
from tests.conftest import demo_expert
from webapp.accounts.models import Team
from webapp.db.memory import cache
from webapp.experts.models import Expert
from webapp.progress import eta
from webapp.queue.workers import registered_worker
from webapp.runs.models import Progress, Run

pytestmark = pytest.mark.django_db

LOAD, EACH = 10.0, 2.0  # seconds: of a load, and of a generation


@pytest.fixture(autouse=True)
def one_worker(team: Team) -> Iterator[None]:
    """Whatever an expert is asked for takes it the same time."""
    for name in ("tiny-01", "tiny-02", "aggregator"):
        demo_expert(name)
    Expert.objects.update(load_seconds=LOAD, tokens_per_second=50.0)
    for kind, purpose in (("answer", "respond"), ("answer", "aggregate"), ("rank", "aggregate")):
        before = Run.objects.create(team=team, kind=kind, status=Run.Status.DONE)
        for expert in Expert.objects.all():
            before.progress.create(purpose=purpose, expert=expert, asked=1, done=1, tokens=100)
    cache.clear()
    with registered_worker():
        yield
    cache.clear()


def asking(team: Team, kind: str, purpose: str, name: str, n: int) -> Run:
    """A run that waits for so many generations of an expert."""
    run = Run.objects.create(team=team, kind=kind)
    Progress.objects.create(run=run, purpose=purpose, expert=demo_expert(name), asked=n)
    return run


def test_a_rankings_aggregations_are_counted_with_the_responses(team: Team) -> None:
    ranking = asking(team, "rank", "aggregate", "aggregator", 10)
    responding = asking(team, "answer", "respond", "tiny-01", 5)
    writing = asking(team, "answer", "aggregate", "tiny-02", 100)
    both = 2 * LOAD + 15 * EACH
    late = LOAD + 100 * EACH
    assert eta._ahead().stages == {
        Stage.RESPOND: {eta.GPU: pytest.approx(both)},
        Stage.AGGREGATE: {eta.GPU: pytest.approx(late)},
    }
    assert eta.seconds_left(ranking) == pytest.approx(both), "what others write comes later"
    assert eta.seconds_left(responding) == pytest.approx(both), "the ranking is served with it"
    assert eta.seconds_left(writing) == pytest.approx(both + late)


def test_a_ranking_alone_has_no_later_stage(team: Team) -> None:
    ranking = asking(team, "rank", "aggregate", "aggregator", 10)
    ranking.progress.create(purpose="trial", expert=demo_expert("aggregator"), asked=4)
    assert list(eta._ahead().stages) == [Stage.RESPOND]
    cost = LOAD + 14 * EACH
    assert eta.seconds_left(ranking) == pytest.approx(cost), "its expert is loaded once"
