"""What any page of a run offers to compare it with."""

from django import template

from webapp.pages.comparison import pairs
from webapp.runs.models import Run

register = template.Library()


@register.simple_tag
def comparable(run: Run) -> list[Run]:
    """Other runs over its question set."""
    return pairs.others(run)
