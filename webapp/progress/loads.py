"""What a run cost and how often experts were loaded: figures for pages, reports and benchmarks."""

from collections.abc import Iterable, Sequence
from typing import TypedDict

from django.db.models import Q, Sum

from webapp.experts.engines import OPENAI, RECORDED
from webapp.progress.parts import part_of
from webapp.runs.models import Generation, Run, Visit

LOADED = Q(visit__loaded__isnull=False)
PLAYED = Q(status=Generation.Status.DONE, visit=None, expert__engine=RECORDED.name)


class StageFigures(TypedDict):
    """`loads`: stays on the GPU that served this purpose; `distinct_experts`: who was needed.

    Recorded experts and endpoints are needed, but never loaded.
    """

    loads: int
    distinct_experts: int


def stages(runs: Sequence[Run]) -> dict[str, StageFigures]:
    """Per purpose of a generation, over these runs together; equal figures are the promise."""
    return stages_and_all(runs)[0]


def stages_and_all(runs: Sequence[Run]) -> tuple[dict[str, StageFigures], StageFigures]:
    """The same, and all purposes together: a visit that served several was loaded once."""
    served = Generation.objects.filter(LOADED | PLAYED, run__in=runs).order_by("stage", "purpose")
    kinds = served.values_list("purpose", "visit", "engine_key", "visit__engine").distinct()
    rows = [
        (purpose, None if engine == OPENAI.name else visit, key)
        for purpose, visit, key, engine in kinds
    ]
    purposes = dict.fromkeys(purpose for purpose, *_ in rows)
    return {of: _figures(r for r in rows if r[0] == of) for of in purposes}, _figures(rows)


def _figures(rows: Iterable[tuple[str, int | None, str]]) -> StageFigures:
    visits, keys = set(), set()
    for _, visit, engine_key in rows:
        visits.add(visit)
        keys.add(engine_key)
    return {"loads": len(visits - {None}), "distinct_experts": len(keys)}


def wall_seconds(runs: Sequence[Run]) -> float:
    """From the first run's submission to the last one's end; 0 while one is running."""
    ends = [run.ended for run in runs]
    if not runs or any(end is None for end in ends):
        return 0.0
    last = max(end for end in ends if end is not None)
    return (last - min(run.created for run in runs)).total_seconds()


def lower_bound_seconds(runs: Sequence[Run]) -> float:
    """What a GPU that never waits would need: each expert's load once per stage, plus its work.

    Loads are each expert's quickest measured load; work is the time that its visits had
    generations in flight, in proportion to these runs' tokens. A stay that served several stages
    was loaded once.
    """
    served = Generation.objects.filter(run__in=runs, visit__loaded__isnull=False)
    served = served.exclude(visit__engine=OPENAI.name)  # endpoints need no GPU
    tokens = dict(served.values_list("visit").annotate(n=Sum("tokens")))
    visits = Visit.objects.filter(pk__in=tokens).select_related("expert")
    work: float = sum(v.busy_seconds * part_of(v, tokens[v.pk]) for v in visits)
    quickest: dict[str, float] = {}
    for visit in visits:
        if visit.loaded is not None:
            seconds = (visit.loaded - visit.started).total_seconds()
            key = visit.engine_key
            quickest[key] = min(seconds, quickest.get(key, seconds))
    needed = served.values_list("stage", "engine_key", "visit").distinct()
    one_stay = {(stage, key): visit for stage, key, visit in needed}
    loads = {(visit, key) for (_, key), visit in one_stay.items()}
    return work + sum(quickest.get(key, 0.0) for _, key in loads)
