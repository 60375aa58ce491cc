"""Events: what happened in a run, in commit order, and the notices that tell browsers to look."""

import asyncio
import atexit
import logging
import threading
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import Future, wait
from functools import cache
from typing import Any

from celery import current_app
from channels.layers import get_channel_layer
from django.db import transaction

from webapp.queue import statements
from webapp.runs.models import Event
from webapp.runs.sql import fetched

logger = logging.getLogger(__name__)

REST = 15  # seconds without messages after Redis did not take one
EXPIRES = 60  # seconds after which nobody need look any more
ASKED_ONCE = {"runs.regrade"}
NOTICE_INTERVAL = 0.4  # seconds between notices: browsers look once a second at most
WAKE_INTERVAL = 1.0  # seconds between wake-ups of the `default` worker: few, with more to do
TELLING_SECONDS = 5  # until Redis counts as gone


def append(run_id: int, kind: Event.Kind, **payload: Any) -> int:
    """Record an event in the caller's transaction; returns its `seq`."""
    return append_each(kind, {run_id: payload})[run_id]


def append_each(kind: Event.Kind, payloads: Mapping[int, Mapping[str, Any]]) -> dict[int, int]:
    """Record an event for each of several runs; returns run → seq.

    A `seq` has no gaps and follows commit order, as a global serial would not.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("an event belongs to the transaction that it tells of")
    if not payloads:
        return {}
    seqs: dict[int, int] = dict(fetched(statements.NEXT_SEQS, runs=list(payloads)))
    Event.objects.bulk_create(
        Event(run_id=run, seq=seq, kind=kind, payload=payloads[run]) for run, seq in seqs.items()
    )
    return seqs


def group(run_id: int) -> str:
    """The channel group of everyone who watches a run."""
    return f"run.{run_id}"


class Notices:
    """Tells watchers and the `default` worker that runs have moved; losing a notice is harmless.

    `add` after a commit, `flush` now and then: what has gathered goes out together, and not at
    every commit, so that publishing costs the GPU next to nothing.
    """

    def __init__(self) -> None:
        self._waiting: dict[int, int] = {}
        self._moved: set[int] = set()
        self.grown: set[int] = set()  # runs of which more is written, without an event
        self._told = self._woken = 0.0

    def add(self, run_id: int, seq: int) -> None:
        self._waiting[run_id] = max(seq, self._waiting.get(run_id, 0))
        self._moved.add(run_id)

    def flush(self, *, at_once: bool = False) -> None:
        """`at_once`: before something that takes seconds, such as loading an expert."""
        now = time.monotonic()
        if (self._waiting or self.grown) and (at_once or now - self._told >= NOTICE_INTERVAL):
            waiting, grown, self._told = self._waiting, self.grown, now
            self._waiting, self.grown = {}, set()
            notify(waiting, grown - waiting.keys())
        if self._moved and (at_once or now - self._woken >= WAKE_INTERVAL):
            moved, self._moved, self._woken = self._moved, set(), now
            wake("runs.advance", *sorted(moved))


def notify(seqs: Mapping[int, int], grown: Collection[int] = ()) -> None:
    """Tell the watchers of each run that it has events up to a seq; they fetch what they lack.
    Those of `grown` runs look again, without an event.

    """
    told: list[tuple[str, dict[str, Any]]] = [
        (group(run), {"type": "run.moved", "run": run, "seq": n}) for run, n in seqs.items()
    ]
    told += [(group(run), {"type": "run.grown", "run": run}) for run in grown]
    publish(told)


def publish(messages: Sequence[tuple[str, dict[str, Any]]]) -> None:
    """Send each message to its channel group.

    Nobody waits for it: whether Redis took a notice is seen when the next one is sent.
    """

    def send() -> None:
        global _telling
        told, telling = _telling, asyncio.wait_for(_tell(messages), TELLING_SECONDS)
        _telling = asyncio.run_coroutine_threadsafe(telling, _messenger())
        if told is not None and told.done():
            told.result()

    _through_redis(send)


_telling: Future[None] | None = None


@atexit.register
def _told() -> None:
    """A command that ends has its last notice sent."""
    if _telling is not None:
        wait([_telling], TELLING_SECONDS)


@cache
def _messenger() -> asyncio.AbstractEventLoop:
    """An event loop in a thread: its connection to Redis is kept from one notice to the next."""
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="messenger", daemon=True).start()
    return loop


async def _tell(messages: Sequence[tuple[str, dict[str, Any]]]) -> None:
    layer = get_channel_layer()
    assert layer is not None  # settings.CHANNEL_LAYERS has one
    for name, message in messages:
        await layer.group_send(name, message)


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
