"""Why generations of a run failed, and whose."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count

from webapp.experts.short_names import short
from webapp.progress.words import KINDS, TITLES
from webapp.runs.models import Generation, Progress, Run

FAILURES = 8  # different reasons shown of a run
NAMED = 4  # experts of one reason


@dataclass(frozen=True)
class Failure:
    purpose: str
    problem: str
    count: int
    names: list[str]  # of the experts that failed

    @property
    def kind(self) -> str:
        return KINDS.get(self.purpose, self.purpose)

    @property
    def whose(self) -> str:
        more = len(self.names) - NAMED
        named = ", ".join(short(name) for name in self.names[:NAMED])
        return named + (f" and {more} more" if more > 0 else "")


def failures(run: Run, progress: Iterable[Progress]) -> list[Failure]:
    """Reasons why generations failed, the commonest first."""
    cancelled = run.status == Run.Status.CANCELLED
    if not cancelled and not any(row.failed for row in progress):
        return []
    failed = Generation.objects.filter(
        run=run, purpose__in=list(TITLES), status=Generation.Status.FAILED
    )
    counted = failed.values_list("purpose", "problem").annotate(
        n=Count("pk"), names=ArrayAgg("expert__name", distinct=True)
    )
    return [Failure(*row) for row in counted.order_by("-n", "purpose")[:FAILURES]]
