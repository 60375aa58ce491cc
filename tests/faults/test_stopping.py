"""SIGTERM and cancelled runs: what is finished stays, what is not goes back or is dropped, soon."""

import time

import pytest

from tests.faults.conftest import MakeRun
from tests.faults.moments import at_load, check_gone, is_generating
from tests.faults.witness import Witness, check_unchanged, check_whole, committed
from tests.gpu_worker.workers import RealWorkers
from webapp.execution.cancel import cancel
from webapp.runs.models import Generation, Visit, Worker

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]

STOP_SECONDS = 5
CANCEL_SECONDS = 2


def test_sigterm_while_loading_and_while_generating(
    witness: Witness, workers: RealWorkers, submit: MakeRun
) -> None:
    workers.start("default")
    workers.start("gpu")
    run = submit(200)
    workers.wait(lambda: is_generating(run), 120, "a generation")
    check_stop(workers)
    assert witness.again(), "it was stopped too late to show anything"

    workers.start("gpu")
    with at_load(workers, run):
        check_stop(workers)
    workers.start("gpu")
    workers.finish(run)
    check_whole(witness, [run])


def check_stop(workers: RealWorkers) -> None:
    before = committed()
    descendants = workers.descendants()
    seconds = workers.terminate("gpu")
    print(f"SIGTERM: {seconds:.1f} s")
    assert seconds <= STOP_SECONDS
    check_gone(descendants)
    check_unchanged(before)
    left = Generation.objects.exclude(status="done")
    assert left.exists() and not left.exclude(status="waiting", claim=None, attempts=0).exists()
    assert not Worker.objects.filter(ended=None).exists()
    assert not Visit.objects.filter(ended=None).exists()


def test_cancelling_a_run_leaves_another_alone(
    witness: Witness, workers: RealWorkers, submit: MakeRun
) -> None:
    workers.start("default")
    unwanted, wanted = submit(60), submit(60)
    workers.wait(lambda: Generation.objects.count() == 240, 60, "the generations")
    workers.start("gpu")
    workers.wait(lambda: is_generating(unwanted) and is_generating(wanted), 120, "both")
    claimed = Generation.objects.filter(status="claimed")
    theirs = claimed.filter(run=unwanted)
    cancelled = time.monotonic()
    cancel(unwanted)
    assert theirs.exists(), "it was cancelled too late to show anything"
    workers.wait(lambda: not theirs.exists(), CANCEL_SECONDS, "the end of what was in flight")
    print(f"cancelled: {time.monotonic() - cancelled:.1f} s")
    workers.finish(wanted)
    check_whole(witness, [wanted])
    assert witness.again() == []
    unwanted.refresh_from_db()
    assert unwanted.status == "cancelled"
    assert set(unwanted.generations.values_list("status", flat=True)) == {"done"}
    assert witness.rewritten() == []
