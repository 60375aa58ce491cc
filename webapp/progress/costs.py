"""What a run costs: GPU seconds, tokens, waiting and, where the GPU tells its power, energy.

Reckoned from its visits by the `default` worker when the run has ended, and kept
(`RunCost`, `ExpertCost`): what reads costs only sums them up. A visit that served several runs
counts for each by its part (`parts.py`). Loads that failed served nobody and count for nobody;
recorded experts are played back and cost nothing.
"""

import logging
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Count, F, Max, Min, Q, QuerySet, Sum
from django.utils import timezone

from webapp.progress.parts import part_of
from webapp.progress.spans import Span, seconds, united, within
from webapp.runs.kept import kept
from webapp.runs.models import Event, ExpertCost, Generation, Run, RunCost, Visit

logger = logging.getLogger(__name__)

TASK = "costs.reckon"
TURN_SECONDS = 5.0
LIVE_SECONDS = 10  # for which what a running run has cost so far is not reckoned again
BEGINS = (Event.Kind.CONTINUED, Event.Kind.RETRIED)
ENDS = (Event.Kind.DONE, Event.Kind.FAILED, Event.Kind.CANCELLED)


@dataclass(frozen=True)
class Reckoned:
    """Not stored yet."""

    cost: RunCost
    experts: list[ExpertCost]


def costs_of(run: Run) -> Reckoned:
    """As kept; of a run that goes on, or is not reckoned yet, as it is now."""
    cost = RunCost.objects.filter(run=run, ended=run.ended).first() if run.ended else None
    if cost is not None:
        return Reckoned(cost, list(cost.experts.select_related("expert")))
    return kept("costs", run, count=lambda: reckon(run), seconds=LIVE_SECONDS)


def keep_some() -> bool:
    """Reckon runs that have ended, for a turn; whether there are more."""
    until = time.monotonic() + TURN_SECONDS
    failed: list[int] = []
    while (run := _due().exclude(pk__in=failed).first()) is not None:
        try:
            keep(run)
        except Exception:  # the others have theirs all the same
            logger.exception("the costs of %s cannot be reckoned", run)
            failed.append(run.pk)
        if time.monotonic() > until:
            return True
    return False


def _due() -> QuerySet[Run]:
    """Of which no cost is kept, or that have gone on since, or whose visit has ended since."""
    ended = Run.objects.filter(ended__isnull=False)
    return ended.filter(
        Q(cost=None) | ~Q(cost__ended=F("ended")) | Q(cost__open_visit__ended__isnull=False)
    ).order_by("-pk")


def keep(run: Run) -> None:
    """Store what an ended run has cost, in place of what was reckoned before."""
    found = reckon(run)
    with transaction.atomic():
        Run.objects.select_for_update().get(pk=run.pk)  # another process may do the same
        ExpertCost.objects.filter(cost=run.pk).delete()
        found.cost.save()
        ExpertCost.objects.bulk_create(found.experts)


def reckon(run: Run) -> Reckoned:
    running = _running(run)
    works = _works(run)
    visits = Visit.objects.in_bulk({work.visit for work in works})
    by_expert: dict[tuple[int, bool], list[_Work]] = {}
    for work in works:
        key = (work.expert, visits[work.visit].is_endpoint)
        by_expert.setdefault(key, []).append(work)
    whole = seconds(running)
    busy = within(_busy(works, visits), running)
    still = [pk for pk, visit in visits.items() if visit.ended is None]
    cost = RunCost(
        run=run,
        ended=run.ended or timezone.now(),
        open_visit_id=max(still, default=None),
        wall_seconds=whole,
        waiting_seconds=whole - seconds(busy),
    )
    experts = [
        _of_expert(cost, expert, is_endpoint, of, visits, running)
        for (expert, is_endpoint), of in sorted(by_expert.items())
    ]
    return Reckoned(cost, experts)


@dataclass(frozen=True)
class _Work:
    """What one visit did for one expert of the run."""

    visit: int
    expert: int
    asked: datetime  # the first
    back: datetime | None  # the last
    generations: int
    tokens: int
    prompt_tokens: int


def _works(run: Run) -> list[_Work]:
    """Postgres counts. What was copied from another run has no visit, and cost nothing."""
    rows = Generation.objects.filter(run=run, visit__isnull=False).order_by()
    counted = rows.values_list("visit", "expert").annotate(
        asked=Min("created"),
        back=Max("finished"),
        done=Count("pk"),
        written=Sum("tokens"),
        read=Sum("prompt_tokens"),
    )
    return [_Work(*row) for row in counted.order_by("visit", "expert")]


def _running(run: Run) -> list[Span]:
    """The time in which the run was: without that between its end and its being continued."""
    found: list[Span] = []
    begin: datetime | None = run.created
    events = Event.objects.filter(run=run, kind__in=(*BEGINS, *ENDS)).order_by("seq")
    for kind, moment in events.values_list("kind", "created"):
        if kind in BEGINS:
            begin = begin or moment
        elif begin is not None:
            found.append((begin, moment))
            begin = None
    if begin is not None:
        found.append((begin, run.ended or timezone.now()))
    return united(found)


def _busy(works: Iterable[_Work], visits: dict[int, Visit]) -> list[Span]:
    """From when a visit began, or was first asked, to what came back last."""
    spans = []
    for work in works:
        visit = visits[work.visit]
        end = work.back or visit.ended or timezone.now()
        spans.append((max(visit.started, work.asked), end))
    return united(spans)


def _of_expert(
    cost: RunCost,
    expert: int,
    is_endpoint: bool,
    works: list[_Work],
    visits: dict[int, Visit],
    running: list[Span],
) -> ExpertCost:
    loading = generating = measured = joules = 0.0
    for work in works:
        visit = visits[work.visit]
        part = part_of(visit, work.tokens, work.generations)
        gpus = 1 if is_endpoint else visit.gpus
        loads = 0.0 if is_endpoint else part * gpus * _load_seconds(visit)
        works_for = part * gpus * visit.busy_seconds
        loading, generating = loading + loads, generating + works_for
        if visit.joules is not None:
            measured, joules = measured + loads + works_for, joules + part * visit.joules
    asked = [(work.asked, work.back or timezone.now()) for work in works]
    busy = within(_busy(works, visits), running)
    waited = seconds(within([*asked, *busy], running)) - seconds(busy)
    return ExpertCost(
        cost=cost,
        expert_id=expert,
        is_endpoint=is_endpoint,
        generations=sum(work.generations for work in works),
        prompt_tokens=sum(work.prompt_tokens for work in works),
        tokens=sum(work.tokens for work in works),
        loading_seconds=loading,
        generating_seconds=generating,
        waiting_seconds=waited,
        measured_seconds=measured,
        joules=joules,
    )


def _load_seconds(visit: Visit) -> float:
    loaded = visit.loaded or visit.ended or timezone.now()
    return (loaded - visit.started).total_seconds()
