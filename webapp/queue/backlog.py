"""What waits in the queue, and what may still come: what workers choose by."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import F, Q, Sum

from moe_core.methods import METHODS
from moe_core.stopping import ALL
from moe_core.values import Purpose, Stage
from webapp.experts.engines import OPENAI
from webapp.experts.models import Expert
from webapp.queue import statements
from webapp.queue.pace import UNKNOWN, paces
from webapp.runs.models import Answer, Generation, Progress, Run, Worker
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
    engine: str = ""  # empty: its expert's settings were changed while its work was being queued
    grows: bool = False  # what experts before it are asked may still add to it

    @property
    def kind(self) -> Worker.Kind:
        """Which workers serve it."""
        return Worker.Kind.ENDPOINTS if self.engine == OPENAI.name else Worker.Kind.GPU


def backlog(kind: Worker.Kind | None = None) -> list[Backlog]:
    """What waits, per checkpoint and stage, of all or for one kind of worker; loops ask every
    second.

    Up to COUNTED are counted; of more, the runs' own counts say about how many.
    """
    rows = fetched(statements.BACKLOG, most=COUNTED)
    engines = _engines(key for key, *_ in rows)
    pace = paces(key for key, *_ in rows)
    many = _unfinished({key for key, _, n, _ in rows if n >= COUNTED})
    growing = _growing()
    found = [
        Backlog(
            *(key, stage, waiting, float(age)),
            work_seconds=waiting * pace.get(key, UNKNOWN).stage_seconds.get(stage, 0.0),
            load_seconds=pace.get(key, UNKNOWN).load_seconds,
            engine=engines.get(key, ""),
            grows=stage == Stage.RESPOND and key in growing,
        )
        for key, stage, n, age in rows
        for waiting in [max(n, many.get(key, 0)) if n >= COUNTED else n]
    ]
    return [entry for entry in found if kind in (None, entry.kind)]


def _unfinished(engine_keys: Collection[str]) -> dict[str, int]:
    """Generations asked for in running runs, of whatever stage, that have not come back."""
    rows = Progress.objects.filter(
        run__status=Run.Status.RUNNING, expert__engine_key__in=engine_keys
    )
    counts = rows.order_by().values("expert__engine_key")
    left = Sum(F("asked") - F("done") - F("failed"))
    return dict(counts.annotate(left=left).values_list("expert__engine_key", "left"))


def _growing() -> set[str]:
    """The checkpoints that experts before them, in the order in which a run asks its seats, may
    still leave something to: all after the first one that has not come to its end."""
    orders = dict(
        Run.objects.filter(status=Run.Status.RUNNING)
        .exclude(stopping=ALL.name)
        .values_list("pk", "order")
    )
    if not orders:
        return set()
    busy = set(
        Progress.objects.filter(run__in=orders, purpose=Purpose.RESPOND.value)
        .filter(asked__gt=F("done") + F("failed"))
        .values_list("run", "expert")
    )
    after: set[int] = set()
    for run, order in orders.items():
        first = next((n for n, expert in enumerate(order) if (run, expert) in busy), len(order))
        after.update(order[first + 1 :])
    return set(Expert.objects.filter(pk__in=after).values_list("engine_key", flat=True))


def oldest() -> dict[Worker.Kind, float]:
    """For how many seconds something has waited for each kind of worker; cheaper than all."""
    rows = fetched(statements.BACKLOG, most=0)
    engines = _engines(key for key, *_ in rows)
    seconds: dict[Worker.Kind, float] = {}
    for key, stage, _, age in rows:
        kind = Backlog(key, stage, 0, float(age), engine=engines.get(key, "")).kind
        seconds[kind] = max(float(age), seconds.get(kind, 0.0))
    return seconds


def _engines(keys: Iterable[str]) -> dict[str, str]:
    experts = Expert.objects.filter(engine_key__in=set(keys))
    return dict(experts.values_list("engine_key", "engine"))


def runs_behind(entry: Backlog) -> set[int]:
    """The runs of what waits; of the first COUNTED."""
    waiting = Generation.objects.filter(
        status=Generation.Status.WAITING, engine_key=entry.engine_key, stage=entry.stage
    )
    return set(waiting.order_by("pk").values_list("run", flat=True)[:COUNTED])


def waits_for(engine_key: str, stage: int) -> bool:
    """Whether a checkpoint has work of a stage, or of an earlier one."""
    waiting = Generation.objects.filter(status=Generation.Status.WAITING)
    return waiting.filter(engine_key=engine_key, stage__lte=stage).exists()


def is_settling(stage: int | None, but_for: Iterable[int] = ()) -> bool:
    """Whether CPU work is about to move questions on that may add to a stage, or to an earlier one;
    not counting some runs.

    None: to any. Within a stage only further rounds and further seats are added; before the first
    there is nothing.
    """
    if stage is not None and stage < min(Stage):
        return False
    settling = Answer.objects.filter(
        Q(asked=False) | Q(stage__isnull=False), run__status=Run.Status.RUNNING, pending=0
    ).exclude(run__in=list(but_for))
    if stage is not None:
        again = Q(stage=stage) & (Q(run__method__in=IN_ROUNDS) | ~Q(run__stopping=ALL.name))
        settling = settling.filter(Q(asked=False) | Q(stage__lt=stage) | again)
    return settling.exists()
