"""When to try again what could not be loaded, through nobody's fault that is known."""

import logging
import time
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from django.utils import timezone

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
    """What a worker waits for, by engine key; it tells the pages, and forgets what is over."""

    worker: Worker
    _known: dict[str, Trouble] = field(default_factory=dict)
    _until: dict[str, float] = field(default_factory=dict)  # on the monotonic clock
    _tries: Counter[str] = field(default_factory=Counter)
    _failed: set[str] = field(default_factory=set)  # to load, since another one last did
    _outdone: set[str] = field(default_factory=set)  # another one has loaded since they failed
    _left: set[str] = field(default_factory=set)  # to the workers that have them

    @property
    def are_known(self) -> bool:
        return bool(self._known)

    def failed(self, expert: Expert) -> bool:
        """It did not load; whether another one has since it first did not."""
        self._failed.add(expert.engine_key)
        return expert.engine_key in self._outdone

    def note(self, what: str, expert: Expert, *, whole_machine: bool = False) -> None:
        """Let an expert, or all that this machine loads, rest for a while; longer each time.

        The expert itself rests longer than its machine, so that another one is tried first: if
        that one loads, the trouble is of this one alone.
        """
        if self.failed(expert):
            whole_machine = False
        key = MACHINE if whole_machine else expert.engine_key
        seconds = min(AGAIN_SECONDS * 2 ** self._tries[key], LONGEST_SECONDS)
        self._tries[key] += 1
        now = time.monotonic()
        self._until[key] = now + seconds
        if whole_machine:
            self._until[expert.engine_key] = now + 2 * seconds
        since = self._known[key].since if key in self._known else timezone.now()
        self._known[key] = Trouble(what, since, "" if whole_machine else expert.name)
        logger.warning("trying again in %.0f s: %s", seconds, what)
        self._tell()

    def leave_to_others(self, expert: Expert) -> None:
        """It is not tried here again as long as another worker has it."""
        self._left.add(expert.engine_key)

    def awake(self, waiting: Sequence[Backlog], elsewhere: Collection[str] = ()) -> list[Backlog]:
        """What may be tried now, of all that waits."""
        now = time.monotonic()
        resting = {key for key, until in self._until.items() if until > now}
        if MACHINE in resting:
            return []
        out = resting | (self._left & set(elsewhere))
        return [entry for entry in waiting if entry.engine_key not in out]

    def forget_others(self, waiting: Sequence[Backlog]) -> None:
        """Keep only what is about what waits: runs are cancelled, and experts are changed."""
        keys = {entry.engine_key for entry in waiting}
        if MACHINE in self._known and keys:
            keys.add(MACHINE)
        if gone := self._known.keys() - keys:
            self._forget(*gone)

    def loaded(self, expert: Expert) -> None:
        """The machine is sound, then: who has failed may try again, but has itself to blame."""
        self._failed.discard(expert.engine_key)
        self._outdone.discard(expert.engine_key)
        self._outdone |= self._failed
        for key in (MACHINE, *self._failed):
            self._until.pop(key, None)
        self._failed = set()

    def over(self, expert: Expert) -> None:
        """Something has come of it, or it was given up: there is nothing to wait for any more."""
        self._outdone.discard(expert.engine_key)
        self._failed.discard(expert.engine_key)
        if expert.engine_key in self._known or MACHINE in self._known:
            self._forget(expert.engine_key, MACHINE)

    def _forget(self, *keys: str) -> None:
        for key in keys:
            self._known.pop(key, None)
            self._until.pop(key, None)
            self._tries.pop(key, None)
        self._tell()

    def _tell(self) -> None:
        if self.worker.troubles or self._known:
            troubles.tell(self.worker, list(self._known.values()))
