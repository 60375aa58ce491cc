"""Turns of runs in the one `default` worker: a run with much to do lets others go on in between.

A run that has more to do than fits into a turn sends itself a message, which waits behind those of
others. At most one is on its way, however many messages say "look".
"""

import logging
import time

from django.db import connection
from django.db.models import QuerySet

from webapp.db import statistics
from webapp.db.errors import PASSING
from webapp.execution.advance import advance_run, with_work
from webapp.grading.comparer import CannotCompare
from webapp.queue import events
from webapp.runs.models import Answer, Generation, Run

logger = logging.getLogger(__name__)

TASK = "runs.go_on"
SECONDS = 5.0  # of a turn; what began in it is finished, which may be seconds more
LONGEST = 30 * 60  # seconds, after which a turn counts as hanging: its process is ended
_sent: dict[int, float] = {}  # run → when its message was sent


def running() -> QuerySet[Run, int]:
    return Run.objects.filter(status=Run.Status.RUNNING).values_list("pk", flat=True)


def take(run_id: int) -> None:
    """A run's turn, and the message for the next one if it has more to do."""
    if _advanced(run_id) and not is_on_its_way(run_id):
        _sent[run_id] = time.monotonic()
        events.wake(TASK, run_id)


def _advanced(run_id: int) -> bool:
    """Whether it has more to do; one that cannot go on for now stops no other."""
    try:
        more = advance_run(run_id, SECONDS)
        statistics.renew_now_and_then(Answer, Generation)
        return more
    except (*PASSING, CannotCompare) as error:  # the next message, or the beat, tries again
        logger.warning("run %s waits: %s", run_id, error)
        connection.close_if_unusable_or_obsolete()
        return False


def take_next(run_id: int) -> None:
    """The turn that a run's message is for."""
    _sent.pop(run_id, None)
    take(run_id)


def is_on_its_way(run_id: int) -> bool:
    """Whether a run's next turn will come by itself; a message that is lost is given up in time."""
    return time.monotonic() - _sent.get(run_id, -events.EXPIRES) < events.EXPIRES


class Meanwhile:
    """Called again and again in the middle of long work: now and then, runs get their turns."""

    def __init__(self) -> None:
        self._last = time.monotonic()

    def __call__(self) -> None:
        if time.monotonic() - self._last < SECONDS:
            return
        for run_id in with_work(running()):
            _advanced(run_id)
        self._last = time.monotonic()
