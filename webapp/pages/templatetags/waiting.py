"""How long what a worker is asked for takes, by what was measured on this machine."""

from django import template

from webapp.execution.profiles import fits
from webapp.findings import asking
from webapp.pages.shared.text import seconds
from webapp.planning import previews, proposals
from webapp.runs.models import Finding, Preview, ProfileProposal, Run

register = template.Library()

MOMENT = 2  # seconds: less is no figure to read


@register.simple_tag
def how_long(asked: Finding | Preview | ProfileProposal | Run) -> str:
    """A sentence; of a run, about fitting what it recruits by."""
    left = _seconds(asked)
    if left is None:
        return "How long it takes has not been measured on this machine yet."
    if left < MOMENT:
        return "It takes a moment."
    return f"It takes about {seconds(left)} on this machine."


def _seconds(asked: Finding | Preview | ProfileProposal | Run) -> float | None:
    match asked:
        case Preview():
            return previews.seconds_left(asked)
        case ProfileProposal():
            return proposals.seconds_left(asked)
        case Run():
            return fits.seconds_left(asked)
    return asking.seconds_left(asked)
