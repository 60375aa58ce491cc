"""By which versions of the gold answers a run was graded, and what came of each."""

from dataclasses import dataclass

from moe_core.intervals import Share
from webapp.runs.models import Event, Run


@dataclass(frozen=True)
class Grading:
    """`change`: points on the grading before; None for the first."""

    version: int
    share: Share
    change: float | None = None


def gradings(run: Run) -> list[Grading]:
    """The earliest first; one alone where nothing but the first version has graded it."""
    if run.kind == Run.Kind.PROFILE:
        return []
    told = Event.objects.filter(run=run, kind=Event.Kind.REGRADED, payload__has_key="golds")
    found = [
        (row["was_golds"], Share(row["was_correct"], row["was_graded"]))
        for row in told.order_by("seq").values_list("payload", flat=True)
        if "was_graded" in row
    ]
    found.append((run.gold_version, run.share))
    return [
        Grading(version, share, _change(found[place - 1][1], share) if place else None)
        for place, (version, share) in enumerate(found)
    ]


def _change(before: Share, now: Share) -> float | None:
    if before.percent is None or now.percent is None:
        return None
    return now.percent - before.percent
