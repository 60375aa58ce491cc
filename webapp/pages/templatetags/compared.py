"""What any page of a run offers to compare it with, and what to know of runs that are compared."""

from collections.abc import Iterable

from django import template

from webapp.keeping.baselines import baseline_for
from webapp.pages.comparison import pairs
from webapp.runs.models import Run

register = template.Library()


@register.simple_tag
def comparable(run: Run) -> list[Run]:
    """Other runs over its question set."""
    return pairs.others(run)


@register.simple_tag
def baseline(run: Run) -> Run | None:
    """What it is measured by, unless it is that itself."""
    return baseline_for(run)


@register.simple_tag
def gold_versions(runs: Iterable[Run]) -> set[int]:
    """By which the runs are graded: of more than one their figures do not compare."""
    return {run.gold_version for run in runs}
