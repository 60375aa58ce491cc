"""What every test of faults starts from: real workers, and a witness in the database."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import MakeSet
from tests.faults.witness import Witness
from tests.gpu_worker.workers import RealWorkers
from webapp.accounts.models import Team
from webapp.execution.start import submit_run
from webapp.experts.models import Pool
from webapp.questions.models import QuestionSet
from webapp.runs.models import Run


@pytest.fixture
def witness(transactional_db: None) -> Iterator[Witness]:
    watching = Witness()
    watching.begin()
    yield watching
    watching.end()


@pytest.fixture
def workers(witness: Witness, tmp_path: Path) -> Iterator[RealWorkers]:
    """None runs yet. Experts leave when nothing waits, so that each run loads its own."""
    made = RealWorkers(tmp_path, SKILLMOE_GPU_IDLE_SECONDS="0")
    try:
        yield made
    finally:
        made.stop()


MakeRun = Callable[..., Run]


@pytest.fixture
def submit(team: Team, pool: Pool, question_set: MakeSet) -> MakeRun:
    """Starts a run in which both experts answer every question: two generations each."""

    sets: dict[int, QuestionSet] = {}

    def make(size: int) -> Run:
        if size not in sets:
            sets[size] = question_set("test", size)
        return submit_run(team, None, pool=pool, questions=sets[size], method="all-experts")

    return make
