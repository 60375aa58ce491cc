"""What a run costs, on visits that a test knows by heart: one second is one second of the clock."""

from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings

from gpu_worker.watch import total_watts
from tests.conftest import Messages
from webapp.accounts.models import Team
from webapp.experts.models import Expert, Pool
from webapp.machine.gpus import Gpu
from webapp.progress import costs
from webapp.progress.spans import seconds, united, within
from webapp.progress.tasks import reckon
from webapp.queue.visits import note_energy
from webapp.queue.workers import registered_worker
from webapp.runs.models import Event, ExpertCost, Generation, Run, RunCost, Visit, Worker

pytestmark = pytest.mark.django_db

START = datetime(2026, 5, 1, tzinfo=UTC)


def at(second: float) -> datetime:
    return START + timedelta(seconds=second)


@pytest.fixture
def run(team: Team, pool: Pool) -> Run:
    return ended(team, pool, 0, 100)


def ended(team: Team, pool: Pool, begin: float, end: float) -> Run:
    run = Run.objects.create(team=team, pool=pool, status="done", ended=at(end))
    Run.objects.filter(pk=run.pk).update(created=at(begin))
    happened(run, "done", end)
    return Run.objects.get(pk=run.pk)


def happened(run: Run, kind: str, second: float) -> None:
    event = Event.objects.create(run=run, seq=run.events.count() + 1, kind=kind)
    Event.objects.filter(pk=event.pk).update(created=at(second))


def visit(expert: Expert, begin: float, loaded: float, end: float | None, **told: object) -> Visit:
    """Busy from when it is loaded until a second before its end."""
    worker, _ = Worker.objects.get_or_create(host="here", pid=1)
    made = Visit.objects.create(worker=worker, expert=expert)
    given: dict[str, object] = {
        "started": at(begin),
        "loaded": at(loaded),
        "ended": None if end is None else at(end),
    }
    given |= {"busy_seconds": (end or 0) - loaded - 1}
    Visit.objects.filter(pk=made.pk).update(**given | told)
    return Visit.objects.get(pk=made.pk)


def served(run: Run, by: Visit, tokens: int, asked: float, back: float, number: int = 0) -> None:
    made = Generation.objects.create(
        run=run, expert=by.expert, engine_key=by.engine_key, purpose="respond", stage=1,
        number=number, prompt="", max_tokens=1, seed=0, status="done", visit=by, tokens=tokens,
        prompt_tokens=10 * tokens, finished=at(back),
    )  # fmt: skip
    Generation.objects.filter(pk=made.pk).update(created=at(asked))


@pytest.fixture
def two(run: Run, pool: Pool, team: Team) -> tuple[Run, Run]:
    """A visit serves both, three tokens of four are the first one's."""
    other = ended(team, pool, 10, 90)
    expert = pool.experts.order_by("pk")[0]
    shared = visit(expert, 20, 30, 61, tokens=400, generations=2, joules=800.0)
    served(run, shared, 300, 5, 60)
    served(other, shared, 100, 15, 50)
    return run, other


def test_a_shared_visit_is_split_by_tokens(two: tuple[Run, Run]) -> None:
    (first,), (second,) = (costs.reckon(run).experts for run in two)
    assert (first.loading_seconds, second.loading_seconds) == (7.5, 2.5)
    assert (first.generating_seconds, second.generating_seconds) == (22.5, 7.5)
    assert (first.tokens, first.prompt_tokens, first.generations) == (300, 3000, 1)
    assert (first.joules, second.joules) == (600.0, 200.0)
    assert (first.measured_seconds, second.measured_seconds) == (30.0, 10.0)


def test_waiting_is_what_nothing_was_done_in(two: tuple[Run, Run]) -> None:
    """The first runs from 0 to 100, is asked at 5, and the visit is there for it from 20 to 60."""
    found = costs.reckon(two[0])
    assert (found.cost.wall_seconds, found.cost.waiting_seconds) == (100.0, 60.0)
    assert found.experts[0].waiting_seconds == 15.0
    assert costs.reckon(two[1]).cost.waiting_seconds == 80 - 30


def test_the_time_between_its_end_and_its_being_continued_is_nobodys(two: tuple[Run, Run]) -> None:
    run = two[0]
    happened(run, "retried", 1000)
    happened(run, "done", 1010)
    Run.objects.filter(pk=run.pk).update(ended=at(1010))
    found = costs.reckon(Run.objects.get(pk=run.pk))
    assert (found.cost.wall_seconds, found.cost.waiting_seconds) == (110.0, 70.0)


def test_on_two_gpus_a_second_counts_twice(run: Run, pool: Pool) -> None:
    expert = pool.experts.order_by("pk")[0]
    served(run, visit(expert, 20, 30, 61, tokens=5, gpus=2), 5, 20, 60)
    (found,) = costs.reckon(run).experts
    assert (found.loading_seconds, found.generating_seconds) == (20.0, 60.0)
    assert (found.measured_seconds, found.joules) == (0.0, 0.0), "nobody says what it took"


def test_an_endpoint_has_seconds_and_no_loads(run: Run, pool: Pool) -> None:
    expert = pool.experts.order_by("pk")[0]
    by = visit(expert, 20, 30, 61, tokens=5, engine="openai")
    served(run, by, 5, 20, 60)
    (found,) = costs.reckon(run).experts
    assert found.is_endpoint and found.loading_seconds == 0 and found.generating_seconds == 30


def test_without_tokens_generations_tell(run: Run, pool: Pool) -> None:
    expert = pool.experts.order_by("pk")[0]
    by = visit(expert, 20, 30, 61, generations=4)
    served(run, by, 0, 20, 60)
    (found,) = costs.reckon(run).experts
    assert found.generating_seconds == 7.5


def test_costs_are_kept_and_reckoned_again_when_that_changes_them(
    two: tuple[Run, Run], pool: Pool, nobody_listens: Messages
) -> None:
    run = two[0]
    open_visit = visit(pool.experts.order_by("pk")[1], 70, 75, None, tokens=10, busy_seconds=3)
    served(run, open_visit, 10, 70, 80)
    reckon()
    assert RunCost.objects.count() == 2 and ExpertCost.objects.count() == 3
    kept = RunCost.objects.get(run=run)
    assert kept.open_visit == open_visit
    assert not costs._due().exists()
    Visit.objects.filter(pk=open_visit.pk).update(ended=at(90), busy_seconds=14)
    reckon()
    assert ExpertCost.objects.filter(cost=run.pk, generating_seconds=14.0).exists()
    assert RunCost.objects.get(run=run).open_visit is None
    assert not nobody_listens, "there was no more to do"


def test_of_a_kept_run_nothing_is_counted_again(
    two: tuple[Run, Run], django_assert_num_queries: "object"
) -> None:
    costs.keep(two[0])
    with django_assert_num_queries(2):  # type: ignore[operator]
        found = costs.costs_of(two[0])
    assert found.experts[0].expert.name


def test_energy_counts_for_whoever_is_on_the_gpu(pool: Pool) -> None:
    expert = pool.experts.order_by("pk")[0]
    with registered_worker() as worker:
        here = Visit.objects.create(worker=worker, expert=expert)
        elsewhere = visit(expert, 0, 1, None)
        note_energy(100.0)
        note_energy(50.0)
    here.refresh_from_db()
    elsewhere.refresh_from_db()
    assert (here.joules, elsewhere.joules) == (150.0, None)


def test_power_is_known_where_each_gpu_tells_it() -> None:
    def gpu(watts: float | None) -> Gpu:
        return Gpu(0, "GPU", 1, 1, None, watts=watts)

    assert total_watts([gpu(300.0), gpu(200.5)]) == 500.5
    assert total_watts([gpu(300.0), gpu(None)]) is None
    assert total_watts([]) is None


def test_spans() -> None:
    found = united([(at(5), at(9)), (at(0), at(3)), (at(2), at(6)), (at(20), at(20))])
    assert found == [(at(0), at(9))]
    assert within(found, [(at(1), at(2)), (at(8), at(30))]) == [(at(1), at(2)), (at(8), at(9))]
    assert seconds([(at(0), at(3)), (at(2), at(5))]) == 5


def test_the_beat_looks_after_it() -> None:
    assert "costs.reckon" in {one["task"] for one in settings.CELERY_BEAT_SCHEDULE.values()}
