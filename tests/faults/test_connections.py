"""A worker that loses the database while it goes on generating."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager

import psutil
import pytest
from django.db import connection

from tests.faults.conftest import MakeRun
from tests.faults.moments import LOCK_CLASS, is_generating
from tests.faults.proxy import Proxy
from tests.faults.witness import Witness, check_again, check_unchanged, check_whole, committed
from tests.gpu_worker.workers import RealWorkers, database_url_of_tests
from webapp.runs.models import Worker

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("cut", ["session", "network"])
def test_another_worker_does_it(
    cut: str, witness: Witness, workers: RealWorkers, submit: MakeRun
) -> None:
    """What the first one writes late changes nothing, and afterwards it works as before."""
    workers.start("default")
    with Proxy(database_url_of_tests()) as proxy:
        workers.start("gpu", DATABASE_URL=proxy.url)
        run = submit(100)
        workers.wait(lambda: is_generating(run), 120, "a generation")
        first = Worker.objects.get(ended=None).pk
        with CUTS[cut](workers, proxy):
            known = witness.now()
            end_sessions()
            before, after = committed(), witness.now()
            engine = workers.engine()
            workers.start("gpu-b")
            workers.finish(run)
            assert engine is not None and engine.is_running(), "it did not go on generating"
        check_unchanged(before)
        check_whole(witness, [run])
        assert check_again(witness, [(known, after)]) > 0
        assert len(witness.workers() - {first}) == 1

        workers.wait(lambda: not engine.is_running(), 30, "the end of the first one's visit")
        workers.terminate("gpu-b")
        next_run = submit(4)
        workers.finish(next_run)
        check_whole(witness, [run, next_run])
        assert workers.is_running("gpu")


@contextmanager
def stopped(workers: RealWorkers, proxy: Proxy) -> Iterator[None]:
    """The worker sleeps, its engine does not: it learns last that its session is gone."""
    process = psutil.Process(workers.pid("gpu"))
    process.send_signal(signal.SIGSTOP)
    yield
    process.send_signal(signal.SIGCONT)


@contextmanager
def held_up(workers: RealWorkers, proxy: Proxy) -> Iterator[None]:
    """The worker waits for an answer; what it has sent arrives when it is of no use any more."""
    proxy.hold_up()
    yield
    proxy.let_go()


CUTS = {"session": stopped, "network": held_up}


def end_sessions() -> None:
    """What Postgres does with a worker of which it hears nothing any more."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_locks"
            " WHERE locktype = 'advisory' AND classid = %s AND objid <> 0",
            [LOCK_CLASS],
        )
        assert cursor.fetchall()
