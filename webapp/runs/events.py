"""Events: what happened in a run, in commit order, and the notices that tell browsers to look."""

import logging
import time
from typing import Any

from asgiref.sync import async_to_sync
from celery import current_app
from channels.layers import get_channel_layer
from django.db import transaction
from django.db.models import F

from webapp.runs.models import Event, Run

logger = logging.getLogger(__name__)

NOTICE_INTERVAL = 0.25  # seconds between notices of one run: at most 4 a second


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

    `add` after a commit, `flush` now and then: a run's notices are at least 250 ms apart.
    """

    def __init__(self) -> None:
        self._waiting: dict[int, int] = {}
        self._sent: dict[int, float] = {}

    def add(self, run_id: int, seq: int) -> None:
        self._waiting[run_id] = max(seq, self._waiting.get(run_id, 0))

    def flush(self) -> None:
        now = time.monotonic()
        for run_id, seq in list(self._waiting.items()):
            if now - self._sent.get(run_id, 0) >= NOTICE_INTERVAL:
                del self._waiting[run_id]
                self._sent[run_id] = now
                notify(run_id, seq)
                wake("runs.advance", run_id)


def notify(run_id: int, seq: int) -> None:
    """Tell watchers that a run has events up to `seq`; they fetch what they lack."""
    layer = get_channel_layer()
    assert layer is not None  # settings.CHANNEL_LAYERS has one
    message = {"type": "run.moved", "run": run_id, "seq": seq}
    try:
        async_to_sync(layer.group_send)(group(run_id), message)
    except Exception:  # whatever Redis does, the commit stands and browsers also look by the clock
        logger.warning("no notice for run %s: Redis did not take it", run_id, exc_info=True)


def wake(task: str, *args: Any) -> None:
    """Send a Celery message; when it is lost, the beat wakes the same task seconds later."""
    try:
        current_app.send_task(task, args=args, expires=60, retry=False)
    except Exception:  # as above: messages only wake people up
        logger.warning("could not wake %s: Redis did not take the message", task, exc_info=True)
