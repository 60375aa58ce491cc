"""Which workers are alive, and what the others are at: Postgres knows, no clock is asked.

A worker's session advisory lock is its liveness. Whoever looks for work takes back the claims of
workers whose lock is gone.
"""

import os
import socket
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Min, Q
from django.utils import timezone

from webapp.db import locks
from webapp.db.locks import Lock
from webapp.queue import events
from webapp.queue.backlog import Backlog, oldest, runs_behind
from webapp.queue.claims import give_back
from webapp.runs.models import Generation, Visit, Worker

VISITS = {Worker.Kind.GPU: "gpu.visit", Worker.Kind.ENDPOINTS: "endpoints.visit"}
CHOOSING = 0  # a key of Lock.WORKER that is no worker's: held while one chooses


@contextmanager
def registered_worker(kind: Worker.Kind = Worker.Kind.GPU) -> Iterator[Worker]:
    """A worker that is alive as long as this database session is."""
    with transaction.atomic():  # nobody sees it without its lock
        worker = Worker.objects.create(kind=kind, host=socket.gethostname(), pid=os.getpid())
        locks.hold(Lock.WORKER, worker.pk)
    try:
        yield worker
    finally:
        Worker.objects.filter(pk=worker.pk).update(ended=timezone.now())
        locks.let_go(Lock.WORKER, worker.pk)


def living_workers(kind: Worker.Kind | None = None) -> set[int]:
    """Ids of the workers whose advisory lock is held, of all or of one kind."""
    living = locks.held(Lock.WORKER) - {CHOOSING}
    if kind is None or not living:
        return living
    return set(Worker.objects.filter(pk__in=living, kind=kind).values_list("pk", flat=True))


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


def wake() -> None:
    """Wake those that something waits for, and no others: a kind that is not needed may not be
    there, and its messages would gather in Redis."""
    for kind in oldest():
        events.wake(VISITS[kind])


@contextmanager
def choosing() -> Iterator[None]:
    """One worker at a time chooses and begins its visit, so that no two load the same unawares."""
    with transaction.atomic():
        locks.take(Lock.WORKER, CHOOSING)
        yield


@dataclass(frozen=True)
class Elsewhere:
    """What the other living workers are at."""

    engine_keys: frozenset[str] = frozenset()  # of the experts that they have
    stage: int | None = None  # the earliest that their GPUs generate for; None: nothing in flight
    runs: Mapping[int, int] = field(default_factory=dict)  # that endpoints generate for, and which
    growing: frozenset[tuple[str, int]] = frozenset()  # what waits that those may still add to

    @property
    def generates(self) -> bool:
        """Whether any of them has something in flight."""
        return self.stage is not None or bool(self.runs)


def elsewhere(worker: Worker, waiting: Sequence[Backlog] = ()) -> Elsewhere:
    """Of what waits, endpoints may add to what is asked for by no other runs than those that they
    generate for, in an earlier stage: a slow endpoint holds up nobody else.

    Call it after `take_back`, which ends the visits of the dead.
    """
    visits = Visit.objects.filter(ended=None).exclude(worker=worker)
    claimed = Generation.objects.filter(status=Generation.Status.CLAIMED).exclude(claim=worker)
    on_gpus = claimed.filter(claim__kind=Worker.Kind.GPU).aggregate(first=Min("stage"))
    far = claimed.filter(claim__kind=Worker.Kind.ENDPOINTS).order_by()
    runs = dict(far.values_list("run").annotate(Min("stage")))
    return Elsewhere(
        frozenset(visits.values_list("engine_key", flat=True)),
        on_gpus["first"],
        runs,
        frozenset((e.engine_key, e.stage) for e in waiting if _may_grow(e, runs)),
    )


def _may_grow(entry: Backlog, runs: Mapping[int, int]) -> bool:
    earlier = {run for run, stage in runs.items() if stage < entry.stage}
    return bool(earlier) and runs_behind(entry) <= earlier
