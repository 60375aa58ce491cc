"""How a running run stands with the GPU and with endpoints: served, waiting and for whom, or not
asking for them yet."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from django.db.models import F, Sum, TextChoices

from webapp.experts.engines import OPENAI
from webapp.progress.gpu import GpuNow
from webapp.runs.models import Progress, Run, Worker
from webapp.runs.purposes import stage_of, up_to


class Kind(TextChoices):
    PREPARING = "preparing"  # nothing was asked yet
    SILENT = "silent"  # no worker is alive that could serve it
    SERVED = "served"  # an expert that it waits for is on the GPU, or an endpoint is asked
    BEHIND = "behind"  # other runs come first
    NEXT = "next"  # its next expert is about to be loaded
    SETTLING = "settling"  # all that was asked is back; there may be more


@dataclass(frozen=True)
class Before:
    """What is left of another run that may come first; without a run: of all other teams' runs."""

    run: Run | None
    generations: int


@dataclass(frozen=True)
class Standing:
    Kinds: ClassVar = Kind

    kind: Kind
    waiting: int = 0  # generations that were asked for and are not back
    before: Sequence[Before] = field(default_factory=list)
    silent: Sequence[str] = ()  # the kinds of workers that it waits for
    is_far: bool = False  # it waits for endpoints alone

    @property
    def generations_before(self) -> int:
        return sum(of.generations for of in self.before)


def standing(run: Run, progress: Sequence[Progress], gpu: GpuNow) -> Standing:
    """`progress` comes with its experts."""
    asking = [row for row in progress if row.asked > row.done + row.failed]
    if not asking:
        return Standing(Kind.SETTLING if progress else Kind.PREPARING)
    waiting = sum(row.asked - row.done - row.failed for row in asking)
    keys = {row.expert.engine_key for row in asking}
    kinds = {Worker.Kind.ENDPOINTS if row.expert.is_endpoint else Worker.Kind.GPU for row in asking}
    if silent := sorted(gpu.silent & {kind.value for kind in kinds}):
        return Standing(Kind.SILENT, waiting, silent=silent)
    if any(visit.engine_key in keys for visit in gpu.visits):
        return Standing(Kind.SERVED, waiting)
    if Worker.Kind.GPU not in kinds:
        return Standing(Kind.NEXT, waiting, is_far=True)
    here = [row for row in asking if not row.expert.is_endpoint]
    before = _before(run, min(stage_of(run.kind, row.purpose) for row in here))
    return Standing(Kind.BEHIND if before else Kind.NEXT, waiting, before)


def _before(run: Run, stage: int) -> list[Before]:
    """Other runs that have generations of this stage or an earlier one left for the GPU, the most
    first.

    Of other teams' runs only the sum is told.
    """
    others = Progress.objects.filter(up_to(stage), run__status=Run.Status.RUNNING)
    others = others.exclude(expert__engine=OPENAI.name)
    sums = others.exclude(run=run).order_by().values_list("run")
    left = dict(sums.annotate(n=Sum(F("asked") - F("done") - F("failed"))).filter(n__gt=0))
    own = Run.objects.filter(pk__in=left, team=run.team_id).in_bulk()
    counted: Counter[int | None] = Counter()
    for pk, generations in left.items():
        counted[pk if pk in own else None] += generations
    return [Before(own[pk] if pk else None, n) for pk, n in counted.most_common()]
