"""The visit loop: choose an expert, load it, drain its queue, go on to the next.

All state is in Postgres but for what is in flight, which a killed worker loses and the next one
generates again; nothing that was committed is.
"""

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import ClassVar

from django.conf import settings

from gpu_worker.drain import Drain
from gpu_worker.plain_question import answers
from gpu_worker.policy import Choice, choose
from gpu_worker.probe import another_loads
from gpu_worker.readable import Unreadable
from gpu_worker.troubles import Troubles
from moe_core.engine import (
    Engine,
    EngineAway,
    EngineDied,
    EngineError,
    HubAway,
    LoadFailed,
    LoadStopped,
    MachineTrouble,
)
from moe_core.values import Stage
from webapp.experts.models import Expert
from webapp.queue import claims, visits, workers
from webapp.queue.backlog import Backlog, backlog, is_settling, waits_for
from webapp.queue.events import Notices
from webapp.runs.models import Visit, Worker

logger = logging.getLogger(__name__)

SETTLING_SECONDS = 60  # how long the GPU waits for CPU work that may add to this stage
DEATHS = 6  # of an engine in a row, with nothing settled, until its expert is given up
POLL_SECONDS = 0.05  # while recruiting is about to end
NONE = min(Stage) - 1


@dataclass
class Loop:
    """One worker's round of visits, until nothing waits or `stopping` says so."""

    idle_seconds: ClassVar[float] = 0.25  # between looks while nothing can be served
    worker: Worker
    engine: Engine
    stopping: Callable[[], bool]
    visit: Visit | None = None
    stage: int = NONE  # that the visit serves
    notices: Notices = field(default_factory=Notices)
    # Of a checkpoint's engine, in a row: the runs that each death found in flight.
    deaths: dict[str, list[frozenset[int]]] = field(default_factory=dict)
    trusting: bool = True  # that the default worker is there

    def __post_init__(self) -> None:
        self.troubles = Troubles(self.worker)

    def run(self) -> None:
        idle_since = time.monotonic()
        try:
            while not self.stopping():
                workers.take_back()
                self.settle()
                if self.visit is None and self.troubles.are_known:
                    self.troubles.forget_others(self.waiting())
                if choice := self.choose():
                    self.serve(choice)
                    idle_since = time.monotonic()
                elif self.visit and time.monotonic() - idle_since < settings.GPU_IDLE_SECONDS:
                    self.pause(self.idle_seconds)  # the expert stays loaded for a while
                elif self.waiting():  # another worker is at it and no load pays, or trouble
                    self.pause(self.idle_seconds)
                else:
                    return
        finally:
            self.leave()
            self.notices.flush()

    def waiting(self) -> list[Backlog]:
        """What waits that this worker may serve."""
        return backlog(Worker.Kind.GPU)

    def choose(self) -> Choice | None:
        waiting = self.waiting()
        elsewhere = workers.elsewhere(self.worker, waiting)
        awake = self.troubles.awake(waiting, elsewhere.engine_keys)
        return choose(awake, self.loaded, settings.GPU_PATIENCE_SECONDS, elsewhere)

    @property
    def loaded(self) -> str | None:
        return self.visit.engine_key if self.visit else None

    def settle(self) -> None:
        """Wait while questions are being recruited, so that no expert is loaded twice in a stage.

        No visit begins while generations of an earlier stage may come, and none ends while some
        of its own may. Once it was in vain, the GPU does not wait again until the CPU work has
        been seen done. Where another worker is at it, the policy says what may be begun meanwhile;
        so it does of runs that an endpoint generates for.
        """
        until = time.monotonic() + (SETTLING_SECONDS if self.trusting else 0)
        first = min((entry.stage for entry in self.waiting()), default=None)
        stage = max(first - 1, self.stage) if first is not None else None
        while not self.stopping():
            elsewhere = workers.elsewhere(self.worker)
            if not is_settling(stage, but_for=elsewhere.runs):
                break
            if self.visit and waits_for(self.visit.engine_key, self.stage):
                return
            if elsewhere.stage is not None:
                return
            if time.monotonic() >= until:
                if self.trusting:
                    logger.warning("the default worker is behind: going on without it")
                self.trusting = False
                return
            self.pause()
        self.trusting = True

    def serve(self, choice: Choice) -> None:
        if choice.engine_key != self.loaded:
            self.leave()
            entered = self.enter()
            if entered is None:
                return
            choice = entered
        assert self.visit is not None
        self.stage = choice.stage
        drain = Drain(
            *(self.worker, self.visit, self.engine, self.notices, self.stopping, self.is_over),
            most=self.most(self.visit.expert),
        )
        try:
            drain.run(choice.stage)
        except Unreadable as error:
            self.give_up(str(error), error.expert)
        except EngineError as error:
            flying = frozenset(whose.run for whose in drain.flight.values())
            self.mourn(error, drain.settled, flying)
        else:
            self.deaths.pop(choice.engine_key, None)  # they were not in a row
            self.troubles.over(self.visit.expert)

    def most(self, expert: Expert) -> int:
        """Generations that are in flight at once."""
        return claims.CLAIM

    def enter(self) -> Choice | None:
        """Load an expert. When it is to blame for failing, so does everything that waits for it."""
        with workers.choosing():
            choice = self.choose()
            if choice is None:
                return None
            expert = Expert.objects.filter(engine_key=choice.engine_key).order_by("pk").first()
            if expert is None:  # its settings were changed while its work was being queued
                claims.follow_experts(choice.engine_key)
                return None
            self.visit = visits.start_visit(self.worker, expert, self.notices)
        self.notices.flush(at_once=True)  # loading takes long
        try:
            self.engine.load(expert.checkpoint)
        except LoadStopped:
            self.leave()
            return None
        except LoadFailed as error:
            self.doubt(f"{expert} does not load: {error}")
            return None
        except (EngineDied, MachineTrouble) as error:
            self.mourn(error, settled=0)
            return None
        except EngineError as error:
            self.refuse(f"{expert} does not load: {error}")
            return None
        visits.mark_loaded(self.visit, self.notices)
        self.troubles.loaded(expert)
        return choice

    def mourn(self, error: EngineError, settled: int, flying: frozenset[int] = frozenset()) -> None:
        """The engine died, with generations of some runs in flight. One that always does must not
        keep the GPU.

        A server that used to answer gets minutes to come back, in which others are served; trouble
        of the machine is waited out.
        """
        assert self.visit is not None
        expert, key = self.visit.expert, self.visit.engine_key
        if isinstance(error, MachineTrouble):
            return self.wait_out(str(error), whole_machine=not isinstance(error, HubAway))
        logger.warning("the engine of %s died: %s", expert, error)
        self.deaths[key] = [*([] if settled else self.deaths.get(key, [])), flying]
        try:
            self.judge(error, flying)
        except LoadStopped:
            self.leave()

    def judge(self, error: EngineError, flying: frozenset[int]) -> None:
        """Whose fault the deaths are, once they are too many. Raises LoadStopped."""
        assert self.visit is not None
        expert, deaths = self.visit.expert, self.deaths[self.visit.engine_key]
        ask = partial(answers, self.engine, expert, self.stopping)
        is_away = isinstance(error, EngineAway)
        if is_away and not visits.has_served(expert) and not (flying and ask()):
            return self.give_up(f"{expert} does not load: {error}")
        if len(deaths) < DEATHS:
            return self.wait_out(str(error)) if is_away else self.leave(str(error))
        del self.deaths[expert.engine_key]
        if any(deaths) and ask():
            return self.blame(frozenset.intersection(*deaths), error)
        reason = f"{expert} dies again and again: {error}"
        return self.give_up(reason) if is_away else self.doubt(reason)

    def blame(self, runs: frozenset[int], error: EngineError) -> None:
        """An expert is sound, for it answers the worker: the runs that were in flight whenever it
        died go on without it. Where there is none, the search for what kills it goes on."""
        assert self.visit is not None
        reason = f"{self.visit.expert} dies again and again of what this run asks: {error}"
        for run in runs:
            failed = claims.fail_waiting(self.worker, self.visit, reason, run=run)
            self.tell(failed)
        self.leave(problem=reason if runs else str(error))

    def wait_out(self, reason: str, *, whole_machine: bool = False) -> None:
        """Nothing is lost: what waits for the expert, or for this machine, goes on waiting."""
        assert self.visit is not None
        self.troubles.note(reason, self.visit.expert, whole_machine=whole_machine)
        self.leave(problem=reason)

    def doubt(self, reason: str) -> None:
        """The expert is to blame, or its machine: it is the expert if another one loads here."""
        assert self.visit is not None
        expert = self.visit.expert
        is_to_blame: bool | None = self.troubles.failed(expert)
        try:
            is_to_blame = is_to_blame or another_loads(self.worker, self.engine, expert)
        except LoadStopped:
            self.leave()
            return
        if is_to_blame:
            self.refuse(reason)
        elif is_to_blame is None:
            self.wait_out(
                "no other expert has loaded on this machine yet, so nobody can tell whether the"
                f" model or the machine is at fault: try another one\n{reason}"
            )
        else:
            self.wait_out(
                f"even the expert that loaded last does not load now\n{reason}", whole_machine=True
            )

    def refuse(self, reason: str) -> None:
        """An expert does not load here. Where another worker has it, that is not its own fault."""
        assert self.visit is not None
        if self.visit.engine_key not in workers.elsewhere(self.worker).engine_keys:
            return self.give_up(reason)
        logger.warning("left to the worker that has it: %s", reason)
        self.troubles.leave_to_others(self.visit.expert)
        return self.leave(problem=reason)

    def give_up(self, reason: str, expert: Expert | None = None) -> None:
        """Fail all that waits for an expert, or else for every one with the visit's checkpoint, and
        keep it out of new runs until a try succeeds."""
        assert self.visit is not None
        logger.warning("given up: %s", reason)
        whose = expert.pk if expert else None
        self.tell(claims.fail_waiting(self.worker, self.visit, reason, whose))
        visits.note_problem(self.visit, reason, expert)
        self.troubles.over(self.visit.expert)
        self.leave(problem=reason)

    def is_over(self) -> bool:
        """Whether another expert has waited past the bound: then this visit takes no more."""
        workers.take_back()  # for a visit can last for hours
        if self.visit and self.visit.generations:
            self.troubles.over(self.visit.expert)
        choice = self.choose()
        return bool(choice and choice.engine_key != self.loaded and choice.overdue)

    def leave(self, problem: str = "") -> None:
        """Take the expert off the GPU and close its visit."""
        self.engine.unload(keep=not problem)
        if self.visit is not None:
            visits.end_visit(self.visit, problem, self.notices)
        self.visit, self.stage = None, NONE

    def tell(self, seqs: Mapping[int, int]) -> None:
        for run, seq in seqs.items():
            self.notices.add(run, seq)

    def pause(self, seconds: float = POLL_SECONDS) -> None:
        self.notices.flush()
        time.sleep(seconds)
