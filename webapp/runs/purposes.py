"""What the purposes of generations mean for a run: which state an answer, which are served when."""

from django.db.models import Q

from moe_core.values import Purpose, Stage
from webapp.runs.states import RunKind

# The purposes whose outputs state an answer.
GRADED = [
    purpose.value
    for purpose in (Purpose.PROFILE, Purpose.TRIAL, Purpose.RESPOND, Purpose.AGGREGATE)
]


def stage_of(kind: str, purpose: str) -> Stage:
    """When a run of this kind has its generations served.

    A ranking asks its candidates for everything at once, so that each is loaded once.
    """
    return Stage.RESPOND if kind == RunKind.RANK else Purpose(purpose).stage


def up_to(stage: int) -> Q:
    """Of counts in Progress: those of generations of a stage, or of an earlier one."""
    found = Q()
    for kind in RunKind:
        purposes = [purpose for purpose in Purpose if stage_of(kind, purpose) <= stage]
        found |= Q(run__kind=kind, purpose__in=purposes)
    return found
