"""What the database says of some runs that were served together: raw visits, loads, the wall."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Sum

from benchmarks.publishing import published_seconds
from benchmarks.worker.bounds import Work
from moe_core.values import Stage
from webapp.progress.loads import stages, wall_seconds
from webapp.runs.models import Generation, Run, Visit


def episode(runs: Sequence[Run]) -> dict[str, Any]:
    """Times are seconds since the first submission; `loads` counts whatever was loaded."""
    begin = min(run.created for run in runs)
    end = max(run.ended for run in runs if run.ended)
    loaded = Visit.objects.filter(started__range=(begin, end), loaded__isnull=False)
    visits = [_visit(visit, begin) for visit in loaded.select_related("expert")]
    wall = wall_seconds(runs)
    published = published_seconds(Path(settings.DATA_DIR), begin.timestamp(), end.timestamp())
    return {
        "loads": len(visits),
        "distinct_experts": len(work_of(runs)),
        "wall_seconds": round(wall, 2),
        "publish_seconds": round(published, 3),
        "publish_share": round(published / wall, 5),
        "stages": stages(runs),
        "runs": [_run(run, begin) for run in runs],
        "visits": visits,
    }


def work_of(runs: Sequence[Run]) -> Work:
    """Tokens of each expert in each stage: an expert that is needed in two stages counts twice."""
    rows = (
        Generation.objects.filter(run__in=runs, status=Generation.Status.DONE)
        .values_list("stage", "expert__name")
        .annotate(n=Sum("tokens"))
        .order_by("stage", "expert__name")
    )
    return {(Stage(stage).name.lower(), expert): tokens for stage, expert, tokens in rows}


def _run(run: Run, begin: datetime) -> dict[str, Any]:
    assert run.ended is not None
    return {
        "seed": run.seed,
        "submitted": _since(begin, run.created),
        "end": _since(begin, run.ended),
        "questions": run.questions,
        "generations": run.generations.count(),
        "tokens": sum(work_of([run]).values()),
    }


def _visit(visit: Visit, begin: datetime) -> dict[str, Any]:
    assert visit.loaded is not None and visit.ended is not None
    served = visit.served.values_list("stage", flat=True).distinct().order_by("stage")
    return {
        "expert": visit.expert.name,
        "stage": " and ".join(Stage(stage).name.lower() for stage in served),
        "start": _since(begin, visit.started),
        "loaded": _since(begin, visit.loaded),
        "end": _since(begin, visit.ended),
        "generations": visit.generations,
        "tokens": visit.tokens,
        "busy_seconds": round(visit.busy_seconds, 3),
    }


def _since(begin: datetime, moment: datetime) -> float:
    return round((moment - begin).total_seconds(), 3)
