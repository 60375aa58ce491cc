"""The endpoints worker as a process: killed, stopped, without a gpu worker."""

from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.conftest import MakeSet
from tests.gpu_worker.http_server import SmallServer, serving, written
from tests.gpu_worker.workers import RealWorkers
from webapp.accounts.models import Team
from webapp.execution.start import submit_run
from webapp.experts.models import Expert, Pool
from webapp.processes.product import product_programs
from webapp.runs.models import Generation, Run, Visit

pytestmark = pytest.mark.django_db(transaction=True)

QUESTIONS = 60


@pytest.fixture
def workers(transactional_db: None, tmp_path: Path) -> Iterator[RealWorkers]:
    """No gpu worker: endpoints need none."""
    running = RealWorkers(tmp_path)
    running.start("default")
    running.start("endpoints")
    try:
        yield running
    finally:
        running.stop()


@pytest.fixture
def server() -> Iterator[SmallServer]:
    with serving(SmallServer(reply=lambda *_: written("42"), seconds=0.3)) as running:
        yield running


@pytest.fixture
def run(team: Team, question_set: MakeSet, server: SmallServer) -> Run:
    pool = Pool.objects.create(team=team, name="Far")
    for name in ("small", "other"):
        pool.experts.create(
            name=name, engine="openai", source=name, endpoint=server.address, concurrency=4
        )
    return submit_run(
        team, None, pool=pool, questions=question_set("test", QUESTIONS), method="all-experts"
    )


def test_kill_9_loses_nothing_and_doubles_nothing(workers: RealWorkers, run: Run) -> None:
    done = Generation.objects.filter(run=run, status="done")
    workers.wait(lambda: done.count() > 10, 60, "the first results")
    workers.kill("endpoints")
    committed = dict(done.values_list("pk", "finished"))
    assert len(committed) < 2 * QUESTIONS, "the worker was killed too late to show anything"
    workers.start("endpoints")
    workers.finish(run)
    assert run.finished == QUESTIONS
    assert dict(done.filter(pk__in=committed).values_list("pk", "finished")) == committed
    assert done.count() == 2 * QUESTIONS
    assert set(done.values_list("attempts", flat=True)) == {1}, "nobody's fault"
    assert Visit.objects.filter(problem="the worker died").count() == 2


def test_it_stops_within_seconds_and_imports_no_engine(workers: RealWorkers, run: Run) -> None:
    done = Generation.objects.filter(run=run, status="done")
    workers.wait(done.exists, 60, "the first results")
    maps = psutil.Process(workers.pid("endpoints")).memory_maps()
    assert not [one.path for one in maps if "/torch/" in one.path or "/vllm/" in one.path]
    patience = next(one.stop_seconds for one in product_programs(8000) if one.name == "endpoints")
    assert workers.terminate("endpoints") < patience, "else the product would kill it"
    assert not Generation.objects.filter(run=run, status="claimed").exists()
    assert not Expert.objects.exclude(problem="").exists()
