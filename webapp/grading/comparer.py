"""The process that compares, from the side of the one that works for everybody's runs."""

import json
import logging
import os
import subprocess
import sys
import time
from functools import cache
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Lock

from webapp.confined import environment
from webapp.grading.host import DEATHS, PATIENCE, Compared

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 120  # a busy machine imports slowly
TRIES = 2
REST_SECONDS = 10  # in which nobody waits for it again
ANSWER_SECONDS = DEATHS * PATIENCE + 10  # it ends what takes longer itself

logger = logging.getLogger(__name__)


class CannotCompare(RuntimeError):
    """The process that compares does not work: nothing is said of any answer."""


class Comparer:
    """Starts the process when it is first needed, and again when it has died.

    It does no algebra itself, so that its death says nothing of the answers.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._rests_until = 0.0  # after it could not be started
        self._process: subprocess.Popen[bytes] | None = None
        self._pipe: Connection | None = None

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def ask(self, one: str, other: str) -> Compared:
        """Whether two answers are the same. Raises CannotCompare."""
        task = json.dumps([one, other]).encode()
        with self._lock:
            if time.monotonic() < self._rests_until:
                raise CannotCompare("The process that compares answers did not start.")
            for _ in range(TRIES):
                try:
                    pipe = self._pipe or self._start()
                    pipe.send_bytes(task)
                    if pipe.poll(ANSWER_SECONDS):
                        return Compared(**json.loads(pipe.recv_bytes()))
                except (EOFError, OSError) as error:
                    logger.warning("the process that compares answers died: %s", error)
                self._end()
            self._rests_until = time.monotonic() + REST_SECONDS
        raise CannotCompare("The process that compares answers did not answer.")

    def _start(self) -> Connection:
        """Raises EOFError or OSError where it does not come up."""
        self._pipe, theirs = Pipe()
        command = (sys.executable, "-m", "webapp.grading.host")
        with theirs:  # or one that dies would leave us waiting
            self._process = subprocess.Popen(
                [*command, str(theirs.fileno()), str(os.getpid())],
                cwd=ROOT,
                env=environment(),
                stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
            )
        if not self._pipe.poll(START_SECONDS):
            raise TimeoutError(f"it was not ready within {START_SECONDS} s")
        self._pipe.recv_bytes()
        return self._pipe

    def _end(self) -> None:
        if self._pipe is not None:
            self._pipe.close()
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self._pipe = self._process = None


def comparer() -> Comparer:
    """This process's own: one that was forked does not use its parent's pipe."""
    return _comparer_of(os.getpid())


@cache
def _comparer_of(pid: int) -> Comparer:
    return Comparer()
