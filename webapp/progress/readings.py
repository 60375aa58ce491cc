"""By which rules the responses of a run were read."""

from dataclasses import dataclass

from django.db.models import Count, Q

from webapp.runs.models import Generation, Run
from webapp.runs.purposes import GRADED

NO_RULE = "no rule found an answer"
BEFORE = "read before rules were kept"


@dataclass(frozen=True)
class ReadBy:
    """One rule, and how many responses of the run it read, or refused."""

    rule: str
    count: int
    states: bool  # whether they state an answer


def readings(run: Run) -> list[ReadBy]:
    """Of all graded responses, the most frequent rule first; those that state nothing last."""
    graded = Generation.objects.filter(run=run, purpose__in=GRADED).exclude(verdict="")
    said = graded.annotate(silent=Q(stated=None)).values_list("rule", "silent")
    counts = said.annotate(n=Count("pk")).order_by()
    found = [ReadBy(rule or _unnamed(silent), n, not silent) for rule, silent, n in counts]
    return sorted(found, key=lambda of: (not of.states, -of.count, of.rule))


def _unnamed(silent: bool) -> str:
    return NO_RULE if silent else BEFORE
