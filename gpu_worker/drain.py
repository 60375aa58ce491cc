"""One visit's work: generate all that waits for the loaded expert, while arrivals join."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from django.db import OperationalError
from psycopg.errors import DiskFull

from gpu_worker.plain_question import plain_question
from gpu_worker.readable import IN_A_ROW, Readings, Unreadable, complaint, is_readable
from moe_core.engine import Completion, Engine, EngineError, MachineTrouble, Partial
from webapp.experts.models import Expert
from webapp.queue import claims
from webapp.queue.claims import Whose
from webapp.queue.events import Notices
from webapp.queue.visits import mark_sound, record_work
from webapp.runs.models import Visit, Worker

logger = logging.getLogger(__name__)

REFILL = 3 / 4  # of what may be in flight, at which more is claimed: the engine never waits
COMMIT_SIZE = 32  # results, or
COMMIT_SECONDS = 0.1  # whichever comes first
SHOW_SECONDS = 0.5  # between two times that what a try has written so far is shown
LOOK_SECONDS = 1.0  # between looks at who else waits and whose run has ended
ROOM_SECONDS = 5.0  # between tries to write when the database's disk is full


@dataclass
class Drain:
    """What is in flight, which a killed worker loses, and what is ready to be committed."""

    worker: Worker
    visit: Visit
    engine: Engine
    notices: Notices
    stopping: Callable[[], bool]
    is_over: Callable[[], bool]  # whether the visit is to take no more
    most: int = claims.CLAIM  # generations in flight
    flight: dict[int, Whose] = field(default_factory=dict)  # by generation
    ready: list[Completion] = field(default_factory=list)
    suspect: bool = False  # what is in flight: nothing may join it
    readings: Readings = field(default_factory=Readings)
    asked: dict[int, Expert] = field(default_factory=dict)  # a plain question, by its number
    judged: set[int] = field(default_factory=set)  # experts that were asked one
    growing: dict[int, Partial] = field(default_factory=dict)  # of tries, not shown yet
    settled: int = 0  # generations that are done, or failed for good
    since: float = 0.0  # until when the visit's busy seconds are counted

    def run(self, stage: int) -> None:
        """Until nothing waits, or the worker stops. Raises EngineError when the engine dies."""
        self.since = looked = wrote = time.monotonic()
        shown = 0.0
        claiming = blameless = True
        try:
            while not self.stopping():
                if claiming:
                    self.patiently(partial(self.fill, stage))
                if not self.flight and not self.asked:
                    break
                self.collect()
                if len(self.ready) >= COMMIT_SIZE or time.monotonic() - wrote >= COMMIT_SECONDS:
                    self.commit()
                    wrote = time.monotonic()
                if self.growing and time.monotonic() - shown >= SHOW_SECONDS:
                    self.show()
                    shown = time.monotonic()
                if time.monotonic() - looked >= LOOK_SECONDS:
                    self.patiently(self.drop_unwanted)
                    self.patiently(self.record)
                    claiming, looked = not self.is_over(), time.monotonic()
                self.notices.flush()
            self.engine.abort([*self.flight, *self.asked])
        except EngineError as error:
            blameless = isinstance(error, MachineTrouble | Unreadable)
            raise
        finally:
            self.finish(blameless)

    def fill(self, stage: int) -> None:
        """Claim the next chunk long before the engine has nothing left to begin."""
        if self.flight and (self.suspect or len(self.flight) > REFILL * self.most):
            return
        claimed = claims.claim(self.worker, self.visit, stage, len(self.flight), self.most)
        self.suspect = claimed.suspect
        self.flight |= claimed.whose
        self.engine.submit(claimed.prompts)

    def collect(self) -> None:
        for completion in self.engine.poll(COMMIT_SECONDS):
            if expert := self.asked.pop(completion.id, None):
                self.judge(expert, completion)
                continue
            whose = self.flight.pop(completion.id, None)
            self.growing.pop(completion.id, None)
            if whose is None:  # it was finished while it was aborted
                continue
            was_sound = self.readings.is_sound(whose.expert)
            self.ready += self.readings.add(whose, completion)
            if not was_sound and self.readings.is_sound(whose.expert):
                self.patiently(partial(mark_sound, whose.expert))
        for growing in self.engine.partials():
            if growing.id in self.flight:
                self.growing[growing.id] = growing
        while self.readings.unheeded:
            self.lose(self.readings.unheeded.pop())

    def lose(self, whose: Whose) -> None:
        """A run goes on without the expert; the others are asked for by a plain question."""
        expert = Expert.objects.get(pk=whose.expert)
        why = self.readings.lost[whose]
        reason = f"{expert} is given up in this run: {why}, {IN_A_ROW} times in a row"
        logger.warning("run %s: %s", whose.run, reason)
        flying = [pk for pk, its in self.flight.items() if its == whose]
        self.engine.abort(flying)
        self.ready += [Completion(pk, error=reason) for pk in flying]
        for pk in flying:
            del self.flight[pk]
        fail = partial(claims.fail_waiting, self.worker, self.visit, reason, **whose._asdict())
        self.patiently(lambda: self.tell(fail()))
        if whose.expert in self.judged or self.readings.is_sound(whose.expert):
            return
        self.judged.add(whose.expert)
        question = plain_question(expert)
        self.asked[question.id] = expert
        self.engine.submit([question])

    def judge(self, expert: Expert, answer: Completion) -> None:
        """Raises Unreadable where nobody can read what the expert writes."""
        if not (answer.error or is_readable(answer) or self.readings.is_sound(expert.pk)):
            raise Unreadable(expert, complaint(answer))

    def commit(self) -> None:
        """Write what is ready. A full disk is waited for: no result is thrown away."""
        self.patiently(lambda: self.tell(claims.commit(self.worker.pk, self.ready)))
        self.settled += len(self.ready)
        self.visit.generations += len(self.ready)
        self.visit.tokens += sum(completion.tokens for completion in self.ready)
        self.ready = []

    def patiently(self, write: Callable[[], None]) -> None:
        """Again and again, while the database's disk is full."""
        while True:
            try:
                return write()
            except OperationalError as error:
                if not isinstance(error.__cause__, DiskFull) or self.stopping():
                    raise
                logger.error("results are kept until the database has room: %s", error)
                self.pause(ROOM_SECONDS)

    def show(self) -> None:
        """Let who watches a try read what there is. Nobody waits for that on a full disk."""
        growing, self.growing = self.growing, {}
        try:
            self.notices.grown |= set(claims.write_partials(self.worker, growing.values()))
        except OperationalError as error:
            if not isinstance(error.__cause__, DiskFull):
                raise

    def pause(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until and not self.stopping():
            time.sleep(COMMIT_SECONDS)

    def drop_unwanted(self) -> None:
        """Abort what is generated for runs that have ended meanwhile."""
        unwanted = claims.unwanted(self.flight)
        self.engine.abort(unwanted)
        claims.hand_back(self.worker, unwanted, blameless=True)
        for generation in unwanted:
            del self.flight[generation]

    def finish(self, blameless: bool) -> None:
        self.ready += self.readings.rest()
        try:
            self.commit()
        finally:
            failed = claims.hand_back(self.worker, self.flight, blameless=blameless)
            self.settled += len(failed)
            self.tell(failed)
            self.record()
            self.notices.flush(at_once=True)  # the next stage may wait for these

    def record(self) -> None:
        """What the visit has done so far, which pages show and a kill leaves."""
        now = time.monotonic()
        self.visit.busy_seconds += now - self.since
        self.since = now
        record_work(self.visit)

    def tell(self, seqs: dict[int, int]) -> None:
        for run, seq in seqs.items():
            self.notices.add(run, seq)
