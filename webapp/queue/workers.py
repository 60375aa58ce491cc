"""Which gpu workers are alive, and what the others are at: Postgres knows, no clock is asked.

A worker's session advisory lock is its liveness. Whoever looks for work takes back the claims of
workers whose lock is gone.
"""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Min, Q
from django.utils import timezone

from webapp.db import locks
from webapp.db.locks import Lock
from webapp.queue.claims import give_back
from webapp.runs.models import Generation, Visit, Worker

CHOOSING = 0  # a key of Lock.WORKER that is no worker's: held while one chooses


@contextmanager
def registered_worker() -> Iterator[Worker]:
    """A worker that is alive as long as this database session is."""
    with transaction.atomic():  # nobody sees it without its lock
        worker = Worker.objects.create(host=socket.gethostname(), pid=os.getpid())
        locks.hold(Lock.WORKER, worker.pk)
    try:
        yield worker
    finally:
        Worker.objects.filter(pk=worker.pk).update(ended=timezone.now())
        locks.let_go(Lock.WORKER, worker.pk)


def living_workers() -> set[int]:
    """Ids of the workers whose advisory lock is held."""
    return locks.held(Lock.WORKER) - {CHOOSING}


@transaction.atomic
def take_back() -> None:
    """Return what dead workers had claimed to the queue; it was not their generations' fault."""
    held = Generation.objects.filter(status=Generation.Status.CLAIMED)
    open_visits, unended = Visit.objects.filter(ended=None), Worker.objects.filter(ended=None)
    # First who is known, then who lives: one that begins in between is not taken for dead.
    known = Worker.objects.filter(
        Q(ended=None) | Q(pk__in=held.values("claim")) | Q(pk__in=open_visits.values("worker"))
    )
    dead = set(known.values_list("pk", flat=True)) - living_workers()
    if not dead:
        return
    give_back(held.filter(claim__in=dead), blameless=True)
    now = timezone.now()
    open_visits.filter(worker__in=dead).update(ended=now, problem="the worker died")
    unended.filter(pk__in=dead).update(ended=now)


@contextmanager
def choosing() -> Iterator[None]:
    """One worker at a time chooses and begins its visit, so that no two load the same unawares."""
    with transaction.atomic():
        locks.take(Lock.WORKER, CHOOSING)
        yield


@dataclass(frozen=True)
class Elsewhere:
    """What the other living workers are at."""

    engine_keys: frozenset[str] = frozenset()  # of the checkpoints that they have on a GPU
    stage: int | None = None  # the earliest that they generate for; None: nothing is in flight


def elsewhere(worker: Worker) -> Elsewhere:
    """Call it after `take_back`, which ends the visits of the dead."""
    visits = Visit.objects.filter(ended=None).exclude(worker=worker)
    claimed = Generation.objects.filter(status=Generation.Status.CLAIMED).exclude(claim=worker)
    return Elsewhere(
        frozenset(visits.values_list("expert__engine_key", flat=True)),
        claimed.aggregate(first=Min("stage"))["first"],
    )
