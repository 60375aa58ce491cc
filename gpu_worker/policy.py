"""Which checkpoint goes onto the GPU next: one pure function.

Exhaustive service: a visit drains everything that waits for its checkpoint. Earlier stages go
first, so that by the time an expert is loaded all questions that need it have been recruited,
and aggregation waits until the responses are in: each checkpoint is loaded once per stage,
whatever the number of runs.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from webapp.runs.queue import Backlog


@dataclass(frozen=True)
class Choice:
    """Load this checkpoint and serve its generations up to this stage."""

    engine_key: str
    stage: int
    overdue: bool = False  # has waited past the bound


def choose(backlog: Sequence[Backlog], loaded: str | None, patience: float) -> Choice | None:
    """The next visit, or None when nothing waits.

    `loaded` is the checkpoint on the GPU, which stays if it has work of the same stage; then the
    one that has waited longest. What has waited for more than `patience` seconds goes first,
    whatever its stage, so that a stream of new runs cannot keep it waiting for ever.
    """
    if not backlog:
        return None
    overdue = [entry for entry in backlog if entry.oldest_seconds > patience]
    stage = min(entry.stage for entry in overdue or backlog)
    ready = [entry for entry in overdue or backlog if entry.stage == stage]
    best = max(ready, key=lambda entry: (entry.engine_key == loaded, entry.oldest_seconds))
    return Choice(best.engine_key, stage, bool(overdue))
