"""Endpoints in what pages tell: they work beside the GPU, and have a worker of their own."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests.conftest import demo_expert
from webapp.accounts.models import Team
from webapp.db.memory import cache
from webapp.execution.trying import submit_try
from webapp.experts.models import Expert
from webapp.progress import eta, loads
from webapp.progress.gpu import gpu_now
from webapp.progress.standing import Kind, Standing, standing
from webapp.progress.tries import as_try
from webapp.progress.words import happenings
from webapp.queue import visits
from webapp.queue.events import Notices
from webapp.queue.workers import registered_worker
from webapp.runs.models import Generation, Progress, Run, Visit, Worker

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nobody_listens")]

EACH = 2.0  # seconds of a generation


@pytest.fixture
def far() -> Expert:
    return Expert.objects.create(
        name="far", engine="openai", source="m", endpoint="http://127.0.0.1:9/v1"
    )


@pytest.fixture
def measured(team: Team, far: Expert) -> Iterator[None]:
    demo_expert("tiny-01")
    Expert.objects.update(load_seconds=10.0, tokens_per_second=50.0)
    before = Run.objects.create(team=team, status=Run.Status.DONE)
    for expert in Expert.objects.all():
        before.progress.create(purpose="respond", expert=expert, asked=1, done=1, tokens=100)
    cache.clear()
    yield
    cache.clear()


def asking(team: Team, **experts: int) -> Run:
    """A run that waits for so many responses of each expert."""
    run = Run.objects.create(team=team)
    for name, n in experts.items():
        expert = Expert.objects.get(name=name.replace("_", "-"))
        Progress.objects.create(run=run, purpose="respond", expert=expert, asked=n)
    return run


def left(run: Run) -> float | None:
    cache.clear()
    return eta.seconds_left(run)


@pytest.mark.usefixtures("measured")
def test_the_longer_of_gpu_and_endpoint_counts(team: Team) -> None:
    mixed, local = asking(team, tiny_01=20, far=100), asking(team, tiny_01=5)
    with registered_worker(), registered_worker(Worker.Kind.ENDPOINTS):
        assert left(mixed) == pytest.approx(100 * EACH), "an endpoint is not loaded"
        assert left(local) == pytest.approx(10 + 25 * EACH), "nobody else's endpoint keeps it"
        assert eta.all_seconds_left() == pytest.approx(100 * EACH)
    asked = {("respond", Expert.objects.get(name=n).pk): k for n, k in (("tiny-01", 3), ("far", 9))}
    cost = eta.cost(asked)
    assert cost.seconds == pytest.approx(9 * EACH), "more than a load and 3 generations"
    assert cost.loads == 1


@pytest.mark.usefixtures("measured")
def test_time_is_left_where_somebody_works(team: Team) -> None:
    mixed, local, remote = (
        asking(team, tiny_01=1, far=1),
        asking(team, tiny_01=1),
        asking(team, far=1),
    )
    with registered_worker():
        assert (left(mixed), left(remote)) == (None, None)
        assert left(local) is not None
    with registered_worker(Worker.Kind.ENDPOINTS):
        assert (left(mixed), left(local)) == (None, None)
        assert left(remote) == pytest.approx(2 * EACH), "nobody needs a gpu worker for it"


def stands(run: Run) -> Standing:
    return standing(run, list(run.progress.select_related("expert")), gpu_now())


def waiting(run: Run, expert: Expert) -> None:
    Generation.objects.create(
        run=run, expert=expert, engine_key=expert.engine_key, purpose="respond", stage=1, number=0,
        prompt="?", temperature=0, max_tokens=1, seed=0,
    )  # fmt: skip
    Generation.objects.update(created=timezone.now() - timedelta(minutes=1))


@pytest.mark.usefixtures("measured")
def test_a_run_over_endpoints_stands_behind_nobody(team: Team, far: Expert) -> None:
    local, remote = asking(team, tiny_01=7), asking(team, far=3)
    with registered_worker(), registered_worker(Worker.Kind.ENDPOINTS) as worker:
        assert stands(remote) == Standing(Kind.NEXT, 3, is_far=True)
        assert stands(local) == Standing(Kind.NEXT, 7), "what endpoints do comes before nobody"
        Visit.objects.create(worker=worker, expert=far)
        assert stands(remote).kind == Kind.SERVED
        assert stands(asking(team, tiny_01=1)).kind == Kind.BEHIND


@pytest.mark.usefixtures("measured")
def test_who_is_missed_is_who_is_waited_for(team: Team, far: Expert) -> None:
    local, remote = asking(team, tiny_01=1), asking(team, far=1)
    waiting(remote, far)
    with registered_worker():
        assert gpu_now().silent == {"endpoints"}
        assert stands(remote) == Standing(Kind.SILENT, 1, silent=["endpoints"])
        assert stands(local).kind == Kind.NEXT
    with registered_worker(Worker.Kind.ENDPOINTS):
        assert gpu_now().silent == frozenset(), "nothing waits for a gpu worker"
        waiting(local, demo_expert("tiny-01"))
        assert gpu_now().silent == {"gpu"}


def test_a_try_of_an_endpoint_says_what_it_waits_for(team: Team, far: Expert) -> None:
    run = submit_try(team, None, far, "Are you there?")
    with registered_worker() as worker:
        Visit.objects.create(worker=worker, expert=demo_expert("tiny-01"))
        assert as_try(run).label == "Waiting for the endpoint"
        assert as_try(run).waits == "It is asked next.", "and not after what is on the GPU"
    Generation.objects.update(created=timezone.now() - timedelta(minutes=1))
    assert "No endpoints worker is alive" in as_try(run).waits
    with registered_worker(Worker.Kind.ENDPOINTS) as worker:
        Visit.objects.create(worker=worker, expert=far)
        assert as_try(run).label == "Asking whether it answers"


def test_an_endpoint_is_asked_and_not_loaded(team: Team, far: Expert, signed_in: Client) -> None:
    run = submit_try(team, None, far, "Are you there?")
    with registered_worker(Worker.Kind.ENDPOINTS) as worker:
        visit = visits.start_visit(worker, far, Notices())
        visits.mark_loaded(visit, Notices())
        run.generations.update(status="done", visit=visit, claim=None)
        home = signed_in.get("/").content.decode()
        assert "no expert is loaded" in home and "an endpoint, beside the GPU since" in home
        visits.end_visit(visit, "it went away", Notices())
    said = [happening.text for happening in happenings(run)]
    assert said[:3] == [
        "far is asked no more: it went away", "far answers", "Asking whether far answers"
    ]  # fmt: skip
    assert loads.stages([run])["try"] == {"loads": 0, "distinct_experts": 1}
    assert loads.lower_bound_seconds([run]) == 0
