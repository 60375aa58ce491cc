"""Events: what happened in a run, in commit order, and the notices that tell browsers to look."""

import logging
import time
from collections.abc import Callable, Mapping
from typing import Any

from asgiref.sync import async_to_sync
from celery import current_app
from channels.layers import get_channel_layer
from django.db import transaction
from django.db.models import F

from webapp.runs.models import Event, Run

logger = logging.getLogger(__name__)

REST = 15  # seconds without messages after Redis did not take one
EXPIRES = 60  # seconds after which nobody need look any more
ASKED_ONCE = {"runs.regrade"}
NOTICE_INTERVAL = 0.25  # seconds between notices: at most 4 a second of one run


def append(run_id: int, kind: str, **payload: Any) -> int:
    """Record an event in the caller's transaction; returns its `seq`.

    The number comes from the run's own row, so that it has no gaps and follows commit order (a
    global serial would not).
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("an event belongs to the transaction that it tells of")
    Run.objects.filter(pk=run_id).update(event_seq=F("event_seq") + 1)
    seq = Run.objects.values_list("event_seq", flat=True).get(pk=run_id)
    Event.objects.create(run_id=run_id, seq=seq, kind=kind, payload=payload)
    return seq


def group(run_id: int) -> str:
    """The channel group of everyone who watches a run."""
    return f"run.{run_id}"


class Notices:
    """Tells watchers and the `default` worker that runs have moved; losing a notice is harmless.

    `add` after a commit, `flush` now and then: what has gathered goes out together, 250 ms after
    the last time at the earliest, so that publishing costs the GPU next to nothing.
    """

    def __init__(self) -> None:
        self._waiting: dict[int, int] = {}
        self._sent = 0.0

    def add(self, run_id: int, seq: int) -> None:
        self._waiting[run_id] = max(seq, self._waiting.get(run_id, 0))

    def flush(self, *, at_once: bool = False) -> None:
        """`at_once`: before something that takes seconds, such as loading an expert."""
        now = time.monotonic()
        if self._waiting and (at_once or now - self._sent >= NOTICE_INTERVAL):
            waiting, self._waiting, self._sent = self._waiting, {}, now
            notify(waiting)
            wake("runs.advance", *waiting)


def notify(seqs: Mapping[int, int]) -> None:
    """Tell the watchers of each run that it has events up to a seq; they fetch what they lack."""
    _through_redis(lambda: async_to_sync(_tell)(seqs))


async def _tell(seqs: Mapping[int, int]) -> None:
    layer = get_channel_layer()
    assert layer is not None  # settings.CHANNEL_LAYERS has one
    for run, seq in seqs.items():
        await layer.group_send(group(run), {"type": "run.moved", "run": run, "seq": seq})


def wake(task: str, *args: Any) -> None:
    """Send a Celery message; when it is lost, the beat wakes the same task seconds later.

    But for those in ASKED_ONCE: they wait for a busy worker as long as it takes.
    """
    expires = None if task in ASKED_ONCE else EXPIRES
    _through_redis(lambda: current_app.send_task(task, args=args, expires=expires, retry=False))


_redis_rests_until = 0.0


def _through_redis(send: Callable[[], object]) -> None:
    """Send, whatever Redis does: the commit stands, browsers and workers also look by the clock.

    A refused attempt costs seconds, so after one nothing is sent for a while.
    """
    global _redis_rests_until
    if time.monotonic() < _redis_rests_until:
        return
    try:
        send()
    except Exception:
        logger.warning("Redis took no message; the next try is in %s s", REST, exc_info=True)
        _redis_rests_until = time.monotonic() + REST
