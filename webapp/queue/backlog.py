"""What waits in the queue, and what may still come: what a gpu worker chooses by."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import F, Q, Sum

from moe_core.methods import METHODS
from moe_core.values import Stage
from webapp.queue import statements
from webapp.queue.pace import UNKNOWN, paces
from webapp.runs.models import Answer, Generation, Progress, Run
from webapp.runs.sql import fetched

IN_ROUNDS = [method.name for method in METHODS.values() if method.rounds > 1]
COUNTED = 1_000  # of what waits for one checkpoint: more than decides anything


@dataclass(frozen=True)
class Backlog:
    """Generations of one stage that wait for one checkpoint."""

    engine_key: str
    stage: int
    waiting: int
    oldest_seconds: float
    work_seconds: float = 0.0  # what the GPU will need for them; 0: not known yet
    load_seconds: float = 0.0


def backlog() -> list[Backlog]:
    """What waits, per checkpoint and stage; the loop asks every second.

    Up to COUNTED are counted; of more, the runs' own counts say about how many.
    """
    rows = fetched(statements.BACKLOG, most=COUNTED)
    pace = paces(key for key, *_ in rows)
    many = _unfinished({key for key, _, n, _ in rows if n >= COUNTED})
    return [
        Backlog(
            *(key, stage, waiting, float(age)),
            work_seconds=waiting * pace.get(key, UNKNOWN).stage_seconds.get(stage, 0.0),
            load_seconds=pace.get(key, UNKNOWN).load_seconds,
        )
        for key, stage, n, age in rows
        for waiting in [max(n, many.get(key, 0)) if n >= COUNTED else n]
    ]


def _unfinished(engine_keys: Collection[str]) -> dict[str, int]:
    """Generations asked for in running runs, of whatever stage, that have not come back."""
    rows = Progress.objects.filter(
        run__status=Run.Status.RUNNING, expert__engine_key__in=engine_keys
    )
    counts = rows.order_by().values("expert__engine_key")
    left = Sum(F("asked") - F("done") - F("failed"))
    return dict(counts.annotate(left=left).values_list("expert__engine_key", "left"))


def something_waits() -> bool:
    """Whether there is any work; cheaper than the backlog."""
    return Generation.objects.filter(status=Generation.Status.WAITING).exists()


def waits_for(engine_key: str, stage: int) -> bool:
    """Whether a checkpoint has work of a stage, or of an earlier one."""
    waiting = Generation.objects.filter(status=Generation.Status.WAITING)
    return waiting.filter(engine_key=engine_key, stage__lte=stage).exists()


def is_settling(stage: int | None) -> bool:
    """Whether CPU work is about to move questions on that may add to a stage, or to an earlier one.

    None: to any. Within a stage only further rounds are added; before the first there is nothing.
    """
    if stage is not None and stage < min(Stage):
        return False
    settling = Answer.objects.filter(
        Q(asked=False) | Q(stage__isnull=False), run__status=Run.Status.RUNNING, pending=0
    )
    if stage is not None:
        again = Q(stage=stage, run__method__in=IN_ROUNDS)
        settling = settling.filter(Q(asked=False) | Q(stage__lt=stage) | again)
    return settling.exists()
