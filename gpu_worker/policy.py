"""Which checkpoint goes onto the GPU next: one pure function.

Exhaustive service: a visit drains everything that waits for its checkpoint. Earlier stages go
first, so that by the time an expert is loaded all questions that need it have been recruited,
and aggregation waits until the responses are in; experts whose work may still grow by what those
before them say wait for these: each checkpoint is loaded once per stage, whatever the number of
runs.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from webapp.queue.backlog import Backlog
from webapp.queue.workers import Elsewhere

PAYS = 2  # loads that waiting work must be worth, where another worker may do it or add to it
ALONE = Elsewhere()


@dataclass(frozen=True)
class Choice:
    """Load this checkpoint and serve its generations up to this stage."""

    engine_key: str
    stage: int
    overdue: bool = False  # has waited past the bound


def choose(
    backlog: Sequence[Backlog], loaded: str | None, patience: float, elsewhere: Elsewhere = ALONE
) -> Choice | None:
    """The next visit, or None when nothing waits that is worth a load.

    `loaded` is the checkpoint on the GPU, which stays if it has work of the same stage; then one
    whose work does not grow, and of these the one that has waited longest. What has waited for more
    than `patience` seconds goes first, whatever its stage and whoever may still add to it, so that
    neither a stream of new runs nor a long earlier stage elsewhere can keep it waiting for ever.
    """
    worth = [e for e in backlog if e.engine_key == loaded or pays(e, patience, elsewhere)]
    if not worth:
        return None
    overdue = [entry for entry in worth if entry.oldest_seconds > patience]
    stage = min(entry.stage for entry in overdue or worth)
    ready = [entry for entry in overdue or worth if entry.stage == stage]
    best = max(ready, key=lambda e: (e.engine_key == loaded, not e.grows, e.oldest_seconds))
    return Choice(best.engine_key, stage, bool(overdue))


def pays(entry: Backlog, patience: float, elsewhere: Elsewhere) -> bool:
    """Whether to load for this: not for what another worker has loaded, nor for a stage to which
    what others generate may still add, unless so much waits that the load is worth it or,
    of a stage, it has waited past the bound."""
    served = entry.engine_key in elsewhere.engine_keys
    earlier = elsewhere.stage is not None and elsewhere.stage < entry.stage
    grows = earlier or (entry.engine_key, entry.stage) in elsewhere.growing
    grows = grows or (entry.grows and elsewhere.generates)
    growing = grows and entry.oldest_seconds <= patience
    return not (served or growing) or entry.work_seconds > PAYS * entry.load_seconds
