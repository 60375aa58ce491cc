"""Experts that left the GPU and may come back sooner than by a load: asleep, within a budget."""

import logging

from gpu_worker.engine_process import EngineProcess
from moe_core.engine import Checkpoint, EngineError, LoadStopped

logger = logging.getLogger(__name__)


class Sleepers:
    """Keeps processes asleep; the least recently used are ended when the budget is short.

    `budget` is for weights in host memory, in bytes; 0: nobody sleeps. What exceeds it alone keeps
    its process only, with what was compiled, and reads its weights again when it wakes.
    """

    def __init__(self, budget: int = 0) -> None:
        self._budget = budget
        self._asleep: dict[Checkpoint, EngineProcess] = {}  # the least recently used first

    @property
    def is_possible(self) -> bool:
        return self._budget > 0

    def __len__(self) -> int:
        return len(self._asleep)

    def put(self, process: EngineProcess) -> None:
        """Put it to sleep, or end it where that cannot be."""
        if not (self.is_possible and process.may_sleep):
            process.kill()
            return
        bytes_kept = (
            process.loaded.weight_bytes if process.loaded.weight_bytes <= self._budget else 0
        )
        self._make_room(bytes_kept, process.loaded.most_asleep)
        try:
            process.sleep(1 if bytes_kept else 2)
        except EngineError as error:
            logger.warning("%s cannot sleep: %s", process.checkpoint.source, error)
            process.kill()
        else:
            self._asleep[process.checkpoint] = process

    def wake(self, checkpoint: Checkpoint) -> EngineProcess | None:
        """It, as it was, if it sleeps. One that writes something else than before is ended."""
        process = self._asleep.pop(checkpoint, None)
        if process is None:
            return None
        try:
            if process.wake():
                return process
            why = "it writes something else than before"
        except LoadStopped:
            raise
        except EngineError as error:
            why = str(error)
        process.kill()
        logger.warning("%s does not wake well (%s): loading it anew", checkpoint.source, why)
        return None

    def end(self) -> None:
        """End them all, which gives back what little of the GPU they hold."""
        for process in self._asleep.values():
            process.kill()
        self._asleep = {}

    def _make_room(self, bytes_kept: int, most: int) -> None:
        while self._asleep and (
            len(self._asleep) >= most or self._bytes_kept() + bytes_kept > self._budget
        ):
            oldest = next(iter(self._asleep))
            self._asleep.pop(oldest).kill()
            logger.info("%s is ended: others need its place", oldest.source)

    def _bytes_kept(self) -> int:
        sizes = (process.loaded.weight_bytes for process in self._asleep.values())
        return sum(size for size in sizes if size <= self._budget)
