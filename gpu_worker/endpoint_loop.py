"""The visit loop of one endpoint, and the threads in which all are served beside each other.

An endpoint needs nothing of this machine, so it waits for nobody: neither for the GPU, nor for
other endpoints, nor for questions that are being recruited.
"""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ClassVar

from django.db import connection

from gpu_worker.engines import Engines
from gpu_worker.loop import Loop
from gpu_worker.policy import Choice
from moe_core.engine import Engine
from moe_core.values import Stage
from webapp.experts.models import Expert
from webapp.queue import claims, workers
from webapp.queue.backlog import Backlog, backlog
from webapp.runs.models import Worker

logger = logging.getLogger(__name__)

AHEAD = (
    2  # times the requests at once that are claimed: a try waits for so few, the server for none
)
MOST = 48  # endpoints at once, each with a connection to the database
LOOK_SECONDS = 0.25  # between looks at what waits
REST_SECONDS = 5.0  # of an endpoint whose thread ended in an error

MakeEngine = Callable[[Callable[[], bool]], Engine]


@dataclass
class EndpointLoop(Loop):
    """One endpoint's visits. All that waits for it is served at once, whatever its stage."""

    idle_seconds: ClassVar[float] = 1.0  # there may be many
    engine_key: str = ""

    def waiting(self) -> list[Backlog]:
        return [e for e in backlog(Worker.Kind.ENDPOINTS) if e.engine_key == self.engine_key]

    def choose(self) -> Choice | None:
        """Its server is asked by one worker at a time, so that its requests at once are as many as
        its settings say."""
        elsewhere = workers.elsewhere(self.worker).engine_keys
        awake = self.troubles.awake(self.waiting(), elsewhere)
        is_free = self.engine_key not in elsewhere
        return Choice(self.engine_key, max(Stage)) if awake and is_free else None

    def settle(self) -> None:
        """Nothing has to be waited for: no load is lost."""

    def most(self, expert: Expert) -> int:
        return min(AHEAD * expert.concurrency, claims.CLAIM)


@dataclass
class Endpoints:
    """Serves every endpoint that something waits for, until nothing waits or `stopping` says so.

    Each has a thread, a connection and a worker's id of its own: what holds one up, or ends it,
    holds up no other.
    """

    stopping: Callable[[], bool]
    make_engine: MakeEngine = Engines
    _threads: dict[str, threading.Thread] = field(default_factory=dict)  # by engine key
    _rests: dict[str, float] = field(default_factory=dict)  # until when, on the monotonic clock
    _ending: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        try:
            while not self.stopping():
                workers.take_back()
                waits = self._waits()
                self._threads = {k: t for k, t in self._threads.items() if t.is_alive()}
                for engine_key in waits:
                    self._begin(engine_key)
                if not self._threads and not waits:
                    return
                time.sleep(LOOK_SECONDS)
        finally:
            self._ending.set()
            for thread in self._threads.values():
                thread.join()

    def _waits(self) -> list[str]:
        """The endpoints that something waits for, the one that has waited longest first."""
        for entry in backlog():
            if not entry.engine:
                claims.follow_experts(entry.engine_key)
        found = backlog(Worker.Kind.ENDPOINTS)
        found.sort(key=lambda entry: -entry.oldest_seconds)
        return list(dict.fromkeys(entry.engine_key for entry in found))

    def _begin(self, engine_key: str) -> None:
        is_resting = self._rests.get(engine_key, 0.0) > time.monotonic()
        if engine_key in self._threads or is_resting or len(self._threads) >= MOST:
            return
        thread = threading.Thread(target=self._serve, args=(engine_key,), daemon=True)
        self._threads[engine_key] = thread
        thread.start()

    def _serve(self, engine_key: str) -> None:
        try:
            with workers.registered_worker(Worker.Kind.ENDPOINTS) as worker:
                engine = self.make_engine(self._is_stopping)
                EndpointLoop(worker, engine, self._is_stopping, engine_key=engine_key).run()
        except Exception:  # the database is away, most likely: the others see for themselves
            logger.exception("an endpoint is left alone for %s s", REST_SECONDS)
            self._rests[engine_key] = time.monotonic() + REST_SECONDS
        finally:
            connection.close()

    def _is_stopping(self) -> bool:
        return self._ending.is_set() or self.stopping()
