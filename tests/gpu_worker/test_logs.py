"""What a worker's log holds when engines come and go, and what they leave behind: nothing."""

import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import MakeSet, demo_expert
from tests.gpu_worker.workers import RealWorkers
from webapp.accounts.models import Team
from webapp.execution.start import submit_run
from webapp.execution.trying import submit_try
from webapp.experts.models import Expert, Pool
from webapp.runs.models import Generation, Run

pytestmark = pytest.mark.django_db(transaction=True)

LOADING_SECONDS = 0.4
CONNECTED = "Connected to "  # Celery's line between its banner and our work
OURS = re.compile(r"$|\[?\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d+|worker: Warm shutdown")


@pytest.fixture
def workers(transactional_db: None, tmp_path: Path) -> Iterator[RealWorkers]:
    running = RealWorkers(tmp_path)
    running.start("default")
    running.start("gpu")
    try:
        yield running
    finally:
        running.stop()


def strangers(workers: RealWorkers) -> list[str]:
    """Lines of the worker's log that no formatter of ours has written."""
    _, connected, lines = workers.log("gpu").read_text().partition(CONNECTED)
    assert connected
    return [line for line in lines.splitlines()[1:] if not OURS.match(line)]


def test_a_log_has_only_our_own_lines(team: Team, workers: RealWorkers, tmp_path: Path) -> None:
    """Of a load, a generation, a load that fails, and a stop while an expert is still loaded."""
    fine = demo_expert("tiny-01")
    broken = Expert.objects.create(
        name="broken", source=str(unknown_copy(Path(fine.source), tmp_path / "broken"))
    )
    for expert in (broken, fine):
        workers.finish(submit_try(team, None, expert, "What is 2 + 3?"))
    assert workers.engine() is not None
    workers.terminate("gpu")
    broken.refresh_from_db()
    assert "ForNothing" in broken.problem
    assert "ForNothing" in workers.log("gpu").read_text()
    assert strangers(workers) == []


@pytest.mark.faults
def test_a_stop_while_an_expert_loads_leaves_nothing(team: Team, workers: RealWorkers) -> None:
    submit_try(team, None, demo_expert("tiny-01"), "What is 2 + 3?")
    workers.wait(lambda: workers.engine() is not None, 60, "the load")
    time.sleep(LOADING_SECONDS)  # by now it has made its locks, and is still loading
    workers.terminate("gpu")
    assert strangers(workers) == []


@pytest.mark.faults
def test_a_stop_while_an_expert_writes_leaves_nothing(
    team: Team, question_set: MakeSet, workers: RealWorkers
) -> None:
    pool = Pool.objects.create(team=team, name="One")
    pool.experts.add(demo_expert("tiny-01"))
    run = submit_run(
        team,
        None,
        pool=pool,
        questions=question_set("test", 500),
        method="all-experts",
        writer="majority",
    )
    written = Generation.objects.filter(run=run, status="done")
    workers.wait(written.exists, 60, "the first output")
    workers.terminate("gpu")
    assert Run.objects.get().status == Run.Status.RUNNING
    assert strangers(workers) == []


def unknown_copy(source: Path, folder: Path) -> Path:
    """The checkpoint, of an architecture that nobody has."""
    shutil.copytree(source, folder)
    config = folder / "config.json"
    config.write_text(config.read_text().replace('ForCausalLM"', 'ForNothing"'))
    return folder
