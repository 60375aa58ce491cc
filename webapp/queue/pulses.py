"""Which processes still go round in their loops: each says so in Postgres, and pages see who not.

It is said by the loop itself, not by a thread beside it, which would go on while the loop hangs;
nor is it said while a child of the process is stopped, for then its work stands still.
"""

import logging
import os
import threading
import time
from dataclasses import dataclass
from datetime import datetime, timedelta

import psutil
from django.db import DatabaseError, connection
from django.utils import timezone

from webapp.db.rows import executed
from webapp.runs.models import Pulse

SECONDS = 5.0  # between two times that a process says so
STUCK = timedelta(seconds=20)  # without a word; a page that is open shows it 3 s later
FORGOTTEN = timedelta(days=1)  # of a process that never came back

SAY = """
    INSERT INTO runs_pulse (name, pid, seen) VALUES (%s, %s, clock_timestamp())
    ON CONFLICT (name) DO UPDATE SET pid = EXCLUDED.pid, seen = EXCLUDED.seen
"""

logger = logging.getLogger(__name__)


class Mine:
    """This process' own pulse; it says nothing before it has a name."""

    def __init__(self) -> None:
        self._name = ""
        self._said = 0.0

    def begin(self, name: str) -> None:
        """From now on its loop calls `beat`, once in SECONDS or more often."""
        self._name = name
        self.beat()

    def beat(self) -> None:
        """Say it, if it is time to. Other threads than the main one have nothing to say."""
        is_time = time.monotonic() - self._said >= SECONDS
        is_main = threading.current_thread() is threading.main_thread()
        if not (self._name and is_time and is_main) or connection.in_atomic_block:
            return
        self._said = time.monotonic()
        if has_stopped_children():
            return
        try:
            executed(SAY, [self._name, os.getpid()])
        except DatabaseError as error:
            logger.info("it cannot be said that this process lives: %s", error)
            connection.close()

    def end(self) -> None:
        """It ends in order, and is not missed."""
        name, self._name = self._name, ""
        try:
            Pulse.objects.filter(name=name, pid=os.getpid()).delete()
        except DatabaseError as error:
            logger.info("it cannot be said that this process ends: %s", error)


mine = Mine()


def has_stopped_children() -> bool:
    """Whether somebody has stopped (SIGSTOP) a process that works for this one."""
    try:
        children = psutil.Process().children(recursive=True)
        return any(child.status() == psutil.STATUS_STOPPED for child in children)
    except psutil.NoSuchProcess:
        return False


@dataclass(frozen=True)
class Stuck:
    """A process that says nothing any more."""

    name: str  # of the program: gpu
    host: str
    pid: int
    since: datetime


def stuck() -> list[Stuck]:
    """Those that have said nothing for too long, the longest first."""
    now = timezone.now()
    silent = Pulse.objects.filter(seen__lt=now - STUCK, seen__gt=now - FORGOTTEN)
    found = []
    for one in silent.order_by("seen"):
        name, _, host = one.name.partition("@")
        found.append(Stuck(name, host, one.pid, one.seen))
    return found
