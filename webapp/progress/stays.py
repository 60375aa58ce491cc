"""A run's visits as the run saw them.

A visit may serve several runs and outlast them. What counts is its part within this run's time, and
as its work the generations of this run only. Times are seconds since the run began.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count, Max, Min, Q, QuerySet, Sum
from django.utils import timezone

from webapp.experts.engines import OPENAI
from webapp.experts.models import Expert
from webapp.experts.short_names import short
from webapp.queue.workers import living_workers
from webapp.runs.models import Generation, Progress, Run, Visit


@dataclass(frozen=True)
class Work:
    """What a visit generated for the run, of one purpose."""

    purpose: str
    start: float
    end: float
    seconds: float
    generations: int
    tokens: int


@dataclass(frozen=True)
class Lane:
    """Whose visits stand in one row: the run's experts with one checkpoint."""

    title: str
    address: str
    is_endpoint: bool = False  # asked beside the others, and not loaded


@dataclass(frozen=True)
class Stay:
    """A visit, or several older ones of an expert together; `loaded` is None until it is."""

    lane: Lane
    start: float
    loaded: float | None
    end: float
    load_seconds: float
    ended: bool = True
    problem: str = ""
    works: Sequence[Work] = field(default_factory=list)
    visits: int = 1


def stays_of(run: Run) -> list[Stay]:
    """In the order in which they began."""
    works = _works(run)
    lanes = _lanes(run, set(works))
    span = _Span(run)
    visits = _visits(span, set(works), lanes)
    return [
        _stay(span, visit, lanes[visit.engine_key], works[visit.pk])
        for visit in visits.order_by("started", "pk")
    ]


class _Span:
    """A run's time: until its end, or until now."""

    def __init__(self, run: Run) -> None:
        self.start = run.created
        self.end = run.ended or timezone.now()
        self.is_running = run.status == Run.Status.RUNNING
        self.workers = living_workers() if self.is_running else set()

    def place(self, moment: datetime) -> float:
        inside = min(max(moment, self.start), self.end)
        return round((inside - self.start).total_seconds(), 3)

    def has_lost(self, visit: Visit) -> bool:
        """Whether a killed worker has left the visit open, until another one sees it."""
        return self.is_running and visit.ended is None and visit.worker_id not in self.workers


def _lanes(run: Run, served: set[int]) -> dict[str, Lane]:
    """By checkpoint: a visit is of the first expert that has it, whoever the run asks. What has
    served the run is of the experts that it had then, whatever they were changed to since."""
    asked = Progress.objects.filter(run=run).values_list("expert", flat=True)
    experts = Expert.objects.in_bulk(set(asked))
    checkpoints = {(expert.engine_key, expert.engine, pk) for pk, expert in experts.items()}
    by = Generation.objects.filter(run=run, visit__in=served).order_by()
    checkpoints |= set(by.values_list("visit__engine_key", "visit__engine", "expert").distinct())
    sharing: dict[str, list[Expert]] = defaultdict(list)
    engines = {}
    for key, engine, pk in checkpoints:
        sharing[key].append(experts[pk])
        engines[key] = engine
    return {
        key: Lane(
            ", ".join(sorted(short(expert) for expert in of)),
            min(of, key=lambda expert: expert.name).get_absolute_url(),
            engines[key] == OPENAI.name,
        )
        for key, of in sharing.items()
    }


def _visits(span: _Span, served: set[int], keys: Iterable[str]) -> QuerySet[Visit]:
    """Those that served the run, those in its time that failed, and what is on the GPU now."""
    shown = Q(pk__in=served) | Q(ended__lte=span.end) & ~Q(problem="")
    if span.is_running:
        shown |= Q(ended=None)
    in_time = Q(ended=None) | Q(ended__gt=span.start)
    mine = Q(engine_key__in=list(keys))
    return Visit.objects.filter(shown, in_time, mine, started__lt=span.end)


@dataclass(frozen=True)
class _Counted:
    """What one visit did of one purpose."""

    purpose: str
    asked: datetime  # the first
    back: datetime | None  # the last
    done: int
    tokens: int
    flight: int


def _works(run: Run) -> dict[int, list[_Counted]]:
    """By visit, in the order in which they were asked for. Postgres counts."""
    rows = Generation.objects.filter(run=run, visit__isnull=False).values_list("visit", "purpose")
    counted = rows.annotate(
        asked=Min("created"),
        back=Max("finished"),
        done=Count("pk", filter=Q(status=Generation.Status.DONE)),
        sum=Sum("tokens"),
        flight=Count("pk", filter=Q(status=Generation.Status.CLAIMED)),
    )
    works: dict[int, list[_Counted]] = defaultdict(list)
    for visit, *counts in counted.order_by("asked", "purpose"):
        works[visit].append(_Counted(*counts))
    return works


def _stay(span: _Span, visit: Visit, lane: Lane, counted: Sequence[_Counted]) -> Stay:
    """A visit that a killed worker left open lasted as long as it is known to have worked."""
    lost = span.has_lost(visit)
    known = [visit.loaded or visit.started, *(of.back for of in counted if of.back)]
    start, end = span.place(visit.started), span.place(visit.ended or span.end)
    if lost:
        end = span.place(max(known))
    loaded = None if visit.loaded is None else span.place(visit.loaded)
    works = [] if loaded is None else [_work(span, of, loaded, end, lost) for of in counted]
    return Stay(
        lane,
        start,
        loaded,
        end,
        load_seconds=round((end if loaded is None else loaded) - start, 3),
        ended=lost or visit.ended is not None,
        problem=visit.problem,
        works=works,
    )


def _work(span: _Span, of: _Counted, loaded: float, end: float, lost: bool) -> Work:
    """From when the first generation could be begun until the last was back, or until now."""
    start = min(max(span.place(of.asked), loaded), end)
    until = start if of.back is None else min(max(span.place(of.back), start), end)
    if of.flight and span.is_running and not lost:
        until = end
    return Work(of.purpose, start, until, round(until - start, 3), of.done, of.tokens)
