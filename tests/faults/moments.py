"""Moments of a visit, caught from outside, and what is killed there."""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import psutil
import psycopg
from django.db import connection

from tests.gpu_worker.workers import RealWorkers, database_url_of_tests
from webapp.runs.models import Run, Visit

GONE_SECONDS = 10  # after a kill no process holds the expert's memory for longer
VICTIMS = {"worker": ("worker",), "engine": ("engine",), "both": ("engine", "worker")}
LOCK_CLASS = 0x5E11  # of the advisory lock that every living gpu worker holds


def kill(workers: RealWorkers, victim: str) -> list[psutil.Process]:
    """Returns the processes that now have to go."""
    if victim == "worker":
        return workers.kill("gpu")
    engine = workers.engine()
    assert engine is not None
    engine.kill()
    return [engine]


def check_gone(processes: list[psutil.Process]) -> None:
    assert processes
    _, alive = psutil.wait_procs(processes, GONE_SECONDS)
    assert not alive


@contextmanager
def at_load(workers: RealWorkers, run: Run) -> Iterator[None]:
    """The second expert loads; the first one's results are in."""
    workers.wait(lambda: is_loading(run) and workers.engine() is not None, 120, "a load")
    time.sleep(0.5)
    yield


@contextmanager
def at_claim(workers: RealWorkers, run: Run) -> Iterator[None]:
    """The worker waits in its claim, because somebody else has locked the table."""
    workers.wait(lambda: is_loading(run), 120, "a load")
    with locked("LOCK TABLE runs_generation IN SHARE MODE"):
        workers.wait(lambda: "SET status = 'claimed'" in blocked(), 60, "the claim")
        yield


@contextmanager
def at_generation(workers: RealWorkers, run: Run) -> Iterator[None]:
    """Some results are in, others in flight."""
    workers.wait(lambda: is_generating(run), 120, "a generation")
    yield


@contextmanager
def at_commit(workers: RealWorkers, run: Run) -> Iterator[None]:
    """Results are written but not committed: the last step waits for the run's row."""
    while True:
        workers.wait(lambda: is_generating(run), 120, "a generation")
        with locked(f"SELECT FROM runs_run WHERE id = {run.pk} FOR UPDATE"):
            workers.wait(lambda: "event_seq" in blocked(), 60, "the commit")
            if is_generating(run):  # or else it is the event of a load
                yield
                return


MOMENTS: dict[str, Callable[[RealWorkers, Run], AbstractContextManager[None]]] = {
    "claim": at_claim, "load": at_load, "generation": at_generation, "commit": at_commit,
}  # fmt: skip


def is_loading(run: Run) -> bool:
    done = run.generations.filter(status="done")
    return Visit.objects.filter(loaded=None, ended=None).exists() and done.exists()


def is_generating(run: Run) -> bool:
    return {"done", "claimed"} <= set(run.generations.values_list("status", flat=True))


@contextmanager
def locked(statement: str) -> Iterator[None]:
    """Hold a lock as another session would."""
    with psycopg.connect(database_url_of_tests()) as other:
        other.execute(statement.encode())
        yield
        other.rollback()


def blocked() -> str:
    """The statement in which a gpu worker, which holds its advisory lock, waits for a lock."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(string_agg(query, ';'), '') FROM pg_stat_activity"
            " WHERE wait_event_type = 'Lock' AND pid IN (SELECT pid FROM pg_locks"
            " WHERE locktype = 'advisory' AND classid = %s AND granted)",
            [LOCK_CLASS],
        )
        return str(cursor.fetchone()[0])
