"""The process that compares answers by algebra: `python -m webapp.grading.host PIPE PARENT`.

It knows no Django and no database. It imports the algebra once, which takes a second or two, and
has a child do the comparing, which is forked in milliseconds. Of what a comparison may take it is
the judge: it ends a child that takes more, and the next one comes after it.
"""

import json
import logging
import os
import resource
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection

import psutil

from moe_core.errors import TooCostly
from moe_core.grading import equivalent
from webapp.confined import end_with, limit

SECONDS = 2.0  # of a processor, for one pair of answers: what else the machine does is no matter
PATIENCE = 20.0  # seconds by the clock, should it do nothing
MEMORY = 2**30  # bytes that it holds
ADDRESSES = 4 * MEMORY  # bytes that it may ask for at all
LOOK_SECONDS = 0.05  # between looks at what it takes
DEATHS = 2  # of a child by itself, until the pair counts as the reason
WARM_UP = [(r"\frac{1}{2}", "0.5"), ("x+1", "1+x"), (r"\sqrt{2}", r"\{1,2\}")]
Compare = Callable[[str, str], bool]

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Compared:
    """Whether two answers are the same; None: too costly to tell. And the processor's seconds."""

    same: bool | None
    seconds: float = 0.0


def main() -> None:
    pipe = Connection(int(sys.argv[1]))
    end_with(int(sys.argv[2]))
    logging.disable(logging.WARNING)  # of time limits, which are ours here
    warm_up()
    pipe.send_bytes(b"ready")
    algebra = Algebra()
    with suppress(EOFError):  # the parent has no more
        while True:
            one, other = json.loads(pipe.recv_bytes())
            pipe.send_bytes(json.dumps(asdict(algebra.compare(one, other))).encode())


def warm_up() -> None:
    """Import what algebra needs, so that no child has to: that alone takes as long as it may."""
    for one, other in WARM_UP:
        equivalent(one, other)


class Algebra:
    """A child that compares, and another one whenever that had to be ended."""

    def __init__(self, compare: Compare = equivalent) -> None:
        self._compare = compare
        self._child: _Child | None = None

    def compare(self, one: str, other: str) -> Compared:
        for _ in range(DEATHS):
            self._child = self._child or _Child(self._compare)
            try:
                found = self._child.compare(one, other)
            except (EOFError, OSError, psutil.Error):
                self.end()
                continue
            if found.same is None:
                self.end()
            return found
        return Compared(None)

    def end(self) -> None:
        if self._child is not None:
            self._child.end()
        self._child = None


class _Child:
    def __init__(self, compare: Compare) -> None:
        context = get_context("fork")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(
            target=_work, args=(theirs, compare, os.getpid()), daemon=True
        )
        self._process.start()
        theirs.close()  # or one that dies would leave us waiting
        self._seen = psutil.Process(self._process.pid)

    def compare(self, one: str, other: str) -> Compared:
        """Raises EOFError, OSError or psutil.Error where it dies by itself."""
        began, before = time.monotonic(), self._seconds()
        self._pipe.send((one, other))
        while not self._pipe.poll(LOOK_SECONDS):
            spent = self._seconds() - before
            late = time.monotonic() - began > PATIENCE
            if late or spent > SECONDS or self._seen.memory_info().rss > MEMORY:
                return Compared(None, spent)
        return Compared(self._pipe.recv(), max(0.0, self._seconds() - before))

    def _seconds(self) -> float:
        times = self._seen.cpu_times()
        return float(times.user + times.system)

    def end(self) -> None:
        self._process.kill()
        self._process.join()
        self._pipe.close()


def _work(pipe: Connection, compare: Compare, parent: int) -> None:
    end_with(parent)
    limit(resource.RLIMIT_AS, ADDRESSES)
    limit(resource.RLIMIT_CORE, 0)
    # math-verify's own time limit goes by the clock, and calls what it stops not the same.
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM])
    with suppress(EOFError):
        while True:
            one, other = pipe.recv()
            pipe.send(_compared(compare, one, other))


def _compared(compare: Compare, one: str, other: str) -> bool | None:
    try:
        return compare(one, other)
    except (TooCostly, MemoryError, RecursionError):
        return None
    except Exception:
        logger.exception("two answers cannot be compared: %r, %r", one, other)
        return None


if __name__ == "__main__":
    main()
