"""kill -9 of the worker, of its engine, of both, at every moment of a visit."""

import time

import pytest

from tests.faults.conftest import MakeRun
from tests.faults.moments import MOMENTS, VICTIMS, check_gone, kill
from tests.faults.witness import Witness, check_again, check_unchanged, check_whole, committed
from tests.gpu_worker.workers import RealWorkers
from webapp.runs.models import Generation

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]

QUESTIONS = 100


@pytest.mark.parametrize("moment", ["claim", "load", "generation", "commit"])
def test_kill_9(moment: str, witness: Witness, workers: RealWorkers, submit: MakeRun) -> None:
    """One run for each victim; the kill comes when a part of the run's results is committed."""
    workers.start("default")
    workers.start("gpu")
    kills = []
    for victims in VICTIMS.values():
        run = submit(QUESTIONS)
        with MOMENTS[moment](workers, run):
            before = committed()
            known = witness.now()
            left = [process for victim in victims for process in kill(workers, victim)]
        check_gone(left)
        time.sleep(0.5)  # what was blocked goes on, nothing is loaded again yet
        kills.append((known, witness.now()))
        if "worker" in victims:
            workers.start("gpu")
        workers.finish(run)
        assert len(before) < Generation.objects.count(), "killed too late to show anything"
        check_unchanged(before)
        check_whole(witness, [run])
    check_again(witness, kills)
