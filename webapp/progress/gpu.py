"""What is generated now, over all teams: who is loaded or asked, what waits for whom and for how
long."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from webapp.experts.models import Expert
from webapp.queue.backlog import Backlog, backlog, oldest
from webapp.queue.gpus import KnownGpu, known_gpus
from webapp.queue.troubles import Trouble, troubles_of
from webapp.queue.workers import living_workers
from webapp.runs.models import Visit, Worker

SILENT_SECONDS = 30  # a worker that was killed is back by then


@dataclass(frozen=True)
class GpuNow:
    """`silent`: the kinds of workers that something waits for, and that are not there."""

    silent: frozenset[str]
    visits: list[Visit]
    troubles: Sequence[Trouble] = ()
    gpus: Sequence[KnownGpu] = ()

    @property
    def loaded(self) -> list[Visit]:
        """Visits of the GPU."""
        return [visit for visit in self.visits if not visit.is_endpoint]

    @property
    def is_troubled(self) -> bool:
        """Whether a gpu worker waits until an expert can be loaded."""
        return any(trouble.kind == Worker.Kind.GPU for trouble in self.troubles)

    @property
    def asked(self) -> list[Visit]:
        """Visits of endpoints, which are asked beside it."""
        return [visit for visit in self.visits if visit.is_endpoint]

    @property
    def several_machines(self) -> bool:
        return len({known.host for known in self.gpus}) > 1


@dataclass(frozen=True)
class Queued:
    """What waits for one checkpoint."""

    expert: Expert
    waiting: int
    work_seconds: float  # 0: not known yet
    load_seconds: float
    here: bool  # it is on a GPU, or just being loaded

    @property
    def seconds(self) -> float | None:
        if not self.work_seconds:
            return None
        return self.work_seconds + (0.0 if self.here else self.load_seconds)


def gpu_now() -> GpuNow:
    """A visit of a dead worker is not counted; an idle worker holds nothing and is not missed."""
    alive = living_workers()
    visits = Visit.objects.filter(ended=None, worker__in=alive).select_related("expert")
    shown = [known for known in known_gpus() if known.is_fresh]
    return GpuNow(_silent(alive), list(visits), troubles_of(alive), shown)


def _silent(alive: set[int]) -> frozenset[str]:
    kinds = set(Worker.objects.filter(pk__in=alive).values_list("kind", flat=True))
    if kinds >= set(Worker.Kind.values):
        return frozenset()
    missed = {kind.value for kind, seconds in oldest().items() if seconds > SILENT_SECONDS}
    return frozenset(missed - kinds)


def queued(gpu: GpuNow) -> list[Queued]:
    """Per checkpoint, the one with most work first."""
    entries: dict[str, list[Backlog]] = defaultdict(list)
    for entry in backlog():
        entries[entry.engine_key].append(entry)
    here = {visit.engine_key for visit in gpu.visits}
    experts = {e.engine_key: e for e in Expert.objects.filter(engine_key__in=entries)}
    found = [
        Queued(
            expert=experts[key],
            waiting=sum(entry.waiting for entry in of),
            work_seconds=sum(entry.work_seconds for entry in of),
            load_seconds=of[0].load_seconds,
            here=key in here,
        )
        for key, of in entries.items()
        if key in experts
    ]
    return sorted(found, key=lambda one: (-one.waiting, one.expert.name))
