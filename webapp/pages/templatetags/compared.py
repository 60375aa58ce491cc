"""What any page of a run offers to compare it with."""

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
