"""The visit loop: choose an expert, load it, drain its queue, go on to the next.

All state is in Postgres but for what is in flight, which a killed worker loses and the next one
generates again; nothing that was committed is.
"""

import logging
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from django.conf import settings

from gpu_worker.policy import Choice, choose
from moe_core.engine import Completion, Engine, EngineDied, EngineError, LoadStopped
from webapp.experts.models import Expert
from webapp.runs import queue
from webapp.runs.events import Notices
from webapp.runs.models import Visit, Worker
from webapp.runs.visits import (
    end_visit,
    mark_loaded,
    note_problem,
    record_work,
    start_visit,
)

logger = logging.getLogger(__name__)

CLAIM = 256  # generations in flight, which is more than an engine batches at once
COMMIT_SIZE = 32  # results, or
COMMIT_SECONDS = 0.1  # whichever comes first
SETTLING_SECONDS = 60  # how long the GPU waits for CPU work that may add to this stage
LOOK_SECONDS = 1.0  # between looks at who else waits and whose run has ended
DEATHS = 6  # of an engine in a row, with nothing committed, until its expert is given up
POLL_SECONDS = 0.05  # while recruiting is about to end
IDLE_SECONDS = 0.25  # while nothing waits


@dataclass
class Loop:
    """One worker's round of visits, until nothing waits or `stopping` says so."""

    worker: Worker
    engine: Engine
    stopping: Callable[[], bool]
    visit: Visit | None = None
    notices: Notices = field(default_factory=Notices)
    deaths: Counter[str] = field(default_factory=Counter)  # of a checkpoint's engine, in a row
    trusting: bool = True  # that the default worker is there

    def run(self) -> None:
        idle_since = time.monotonic()
        try:
            while not self.stopping():
                queue.take_back()
                self.settle()
                choice = self.choose()
                if choice:
                    self.serve(choice)
                    idle_since = time.monotonic()
                elif self.visit and time.monotonic() - idle_since < settings.GPU_IDLE_SECONDS:
                    self.pause(IDLE_SECONDS)  # the expert stays loaded for a while
                else:
                    return
        finally:
            self.leave()
            self.notices.flush()

    def choose(self) -> Choice | None:
        loaded = self.visit.expert.engine_key if self.visit else None
        return choose(queue.backlog(), loaded, settings.GPU_PATIENCE_SECONDS)

    def settle(self) -> None:
        """Wait while questions are being recruited: their generations may join this stage.

        Once it was in vain, the GPU does not wait again until the CPU work has been seen done.
        """
        until = time.monotonic() + (SETTLING_SECONDS if self.trusting else 0)
        while queue.is_settling() and not self.stopping():
            if time.monotonic() >= until:
                if self.trusting:
                    logger.warning("the default worker is behind: going on without it")
                self.trusting = False
                return
            self.pause()
        self.trusting = True

    def serve(self, choice: Choice) -> None:
        if self.visit is None or self.visit.expert.engine_key != choice.engine_key:
            self.leave()
        if self.visit is None and not self.enter(choice):
            return
        try:
            self.drain(choice.stage)
        except EngineError as error:
            self.mourn(error)

    def mourn(self, error: EngineError) -> None:
        """The engine died in mid-visit. One that always does must not keep the GPU."""
        assert self.visit is not None
        logger.warning("the engine of %s died: %s", self.visit.expert, error)
        self.deaths[self.visit.expert.engine_key] += 1
        if self.deaths[self.visit.expert.engine_key] >= DEATHS:
            self.give_up(f"{self.visit.expert} dies again and again: {error}")
        self.leave(problem=str(error))

    def enter(self, choice: Choice) -> bool:
        """Load an expert. When that fails, everything that waits for it fails with the reason."""
        expert = Expert.objects.filter(engine_key=choice.engine_key).order_by("pk")[0]
        self.visit = start_visit(self.worker, expert, self.notices)
        try:
            self.engine.load(expert.checkpoint)
        except LoadStopped:
            self.leave()
            return False
        except EngineDied as error:  # nobody knows why: it is worth another try
            self.mourn(error)
            return False
        except EngineError as error:
            logger.warning("%s does not load: %s", expert, error)
            self.give_up(f"{expert} does not load: {error}")
            self.leave(problem=str(error))
            return False
        mark_loaded(self.visit, self.notices)
        return True

    def give_up(self, reason: str) -> None:
        """Fail all that waits for the expert, and keep it out of new runs until a try succeeds."""
        assert self.visit is not None
        self.tell(queue.fail_waiting(self.worker, self.visit, reason))
        note_problem(self.visit, reason)

    def drain(self, stage: int) -> None:
        """Generate all that waits for the loaded expert; arrivals join."""
        assert self.visit is not None
        flight: set[int] = set()
        ready: list[Completion] = []
        started = committed = looked = time.monotonic()
        died, claiming = True, True
        try:
            while not self.stopping():
                if claiming and len(flight) <= CLAIM // 2:
                    room = CLAIM - len(flight)
                    claimed = queue.claim(self.worker, self.visit, stage, room, alone=not flight)
                    flight |= {prompt.id for prompt in claimed}
                    self.engine.submit(claimed)
                if not flight:
                    break
                arrived = self.engine.poll(COMMIT_SECONDS)
                ready += arrived
                flight -= {completion.id for completion in arrived}
                if len(ready) >= COMMIT_SIZE or time.monotonic() - committed >= COMMIT_SECONDS:
                    self.commit(ready)
                    ready, committed = [], time.monotonic()
                if time.monotonic() - looked >= LOOK_SECONDS:
                    self.drop(flight)
                    claiming, looked = not self.is_overdue_elsewhere(), time.monotonic()
                self.notices.flush()
            self.engine.abort(flight)
            died = False
        finally:
            try:
                self.commit(ready)
            finally:
                self.tell(queue.hand_back(self.worker, flight, blameless=not died))
                self.visit.busy_seconds += time.monotonic() - started
                record_work(self.visit)

    def drop(self, flight: set[int]) -> None:
        """Abort what is generated for runs that have ended meanwhile."""
        unwanted = queue.unwanted(flight)
        self.engine.abort(unwanted)
        queue.hand_back(self.worker, unwanted, blameless=True)
        flight -= unwanted

    def is_overdue_elsewhere(self) -> bool:
        """Whether another expert has waited past the bound: then this visit takes no more."""
        choice = self.choose()
        return bool(
            choice
            and self.visit
            and choice.engine_key != self.visit.expert.engine_key
            and choice.overdue
        )

    def commit(self, ready: list[Completion]) -> None:
        assert self.visit is not None
        self.tell(queue.commit(self.worker.pk, ready))
        if ready:
            del self.deaths[self.visit.expert.engine_key]
        self.visit.generations += len(ready)
        self.visit.tokens += sum(completion.tokens for completion in ready)

    def tell(self, seqs: Mapping[int, int]) -> None:
        for run, seq in seqs.items():
            self.notices.add(run, seq)

    def leave(self, problem: str = "") -> None:
        """Take the expert off the GPU and close its visit."""
        self.engine.unload()
        if self.visit is not None:
            end_visit(self.visit, problem, self.notices)
        self.visit = None

    def pause(self, seconds: float = POLL_SECONDS) -> None:
        self.notices.flush()
        time.sleep(seconds)
