"""When to try again what could not be loaded, through nobody's fault that is known."""

import logging
import time
from collections import Counter
from dataclasses import dataclass, field
from math import inf

from django.utils import timezone

from webapp.experts.engines import VLLM
from webapp.experts.models import Expert
from webapp.queue import troubles
from webapp.queue.backlog import Backlog
from webapp.queue.troubles import Trouble
from webapp.runs.models import Worker

logger = logging.getLogger(__name__)

AGAIN_SECONDS = 5.0  # until the first try, then twice as long each time
LONGEST_SECONDS = 300.0
MACHINE = ""  # in place of an engine key: every expert that is loaded on this machine


@dataclass
class Troubles:
    """What a worker waits for, by engine key; it tells the home page, and forgets what is over."""

    worker: Worker
    _known: dict[str, Trouble] = field(default_factory=dict)
    _until: dict[str, float] = field(default_factory=dict)  # on the monotonic clock
    _tries: Counter[str] = field(default_factory=Counter)
    _doubted: set[str] = field(default_factory=set)  # failed since another one has loaded
    _blamed: set[str] = field(default_factory=set)  # another one has loaded since they failed

    def note(self, what: str, expert: Expert, *, whole_machine: bool = False) -> None:
        """Let an expert, or all that this machine loads, rest for a while; longer each time."""
        key = MACHINE if whole_machine else expert.engine_key
        seconds = min(AGAIN_SECONDS * 2 ** self._tries[key], LONGEST_SECONDS)
        self._tries[key] += 1
        self._until[key] = time.monotonic() + seconds
        since = self._known[key].since if key in self._known else timezone.now()
        self._known[key] = Trouble(what, since, "" if whole_machine else expert.name)
        logger.warning("trying again in %.0f s: %s", seconds, what)
        self._tell()

    def leave_to_others(self, expert: Expert) -> None:
        """Another worker has it: it is not tried here again."""
        self._until[expert.engine_key] = inf

    def awake(self, waiting: list[Backlog]) -> list[Backlog]:
        """What may be tried now, of all that waits."""
        resting = {key for key, until in self._until.items() if until > time.monotonic()}
        if not resting:
            return waiting
        return [e for e in waiting if e.engine_key not in resting and not self._rests(e, resting)]

    def _rests(self, entry: Backlog, resting: set[str]) -> bool:
        """Endpoints need nothing of this machine."""
        if MACHINE not in resting:
            return False
        return Expert.objects.filter(engine_key=entry.engine_key, engine=VLLM.name).exists()

    def doubt(self, engine_key: str) -> bool:
        """It did not load, nobody knows why; whether another one has loaded since it first did not,
        so that it must be its own fault."""
        self._doubted.add(engine_key)
        return engine_key in self._blamed

    def loaded(self, expert: Expert) -> None:
        """Nothing is wrong with it, nor then with the machine: who is doubted may try once more."""
        self.gone(expert.engine_key)
        if expert.is_endpoint:
            return
        self._blamed |= self._doubted
        for key in (MACHINE, *self._doubted):
            self._forget(key)
        self._doubted = set()
        self._tell()

    def gone(self, engine_key: str) -> None:
        """There is nothing to wait for any more: it has loaded, or was given up."""
        self._blamed.discard(engine_key)
        self._doubted.discard(engine_key)
        self._forget(engine_key)
        self._tell()

    def _forget(self, key: str) -> None:
        self._known.pop(key, None)
        self._until.pop(key, None)
        self._tries.pop(key, None)

    def _tell(self) -> None:
        if self.worker.troubles or self._known:
            troubles.tell(self.worker, list(self._known.values()))
