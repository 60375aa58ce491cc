"""Outputs that were cut off at a limit: how many of a run's, whose, and what to raise."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import F

from moe_core.engine import AT_LIMIT
from moe_core.intervals import Share
from moe_core.values import Purpose
from webapp.experts.models import Expert
from webapp.progress.words import KINDS
from webapp.runs.models import Generation, Progress, Run

WARNED_PERCENT = 5.0  # over which an expert's limit is taken to be too low,
WARNED_OUTPUTS = 3  # if it was not just one or two


@dataclass(frozen=True)
class CutOff:
    """Of one expert and purpose; `limit`: what to raise, where that is worth a warning."""

    purpose: str
    expert: Expert
    count: int
    done: int
    limit: str = ""

    @property
    def kind(self) -> str:
        return KINDS.get(self.purpose, self.purpose)

    @property
    def percent(self) -> float:
        return Share(self.count, self.done).percent or 0.0

    @property
    def query(self) -> str:
        """The filters of a run's answers that show them."""
        seat = f"&expert={self.expert.pk}" if self.purpose == Purpose.RESPOND else ""
        return f"cut={self.purpose}{seat}"


def cut_offs(run: Run, progress: Iterable[Progress]) -> list[CutOff]:
    """The largest shares first; `progress` comes with its experts."""
    found = [
        CutOff(row.purpose, row.expert, row.cut_off, row.done, _limit(run, row))
        for row in progress
        if row.cut_off
    ]
    return sorted(found, key=lambda of: (-of.percent, of.purpose, of.expert.name))


def share_of(found: Sequence[CutOff], progress: Iterable[Progress]) -> Share:
    """Of all outputs of a run."""
    return Share(sum(of.count for of in found), sum(row.done for row in progress))


def _limit(run: Run, row: Progress) -> str:
    """Of an output that has less than it was asked for, the context was full."""
    percent = Share(row.cut_off, row.done).percent or 0.0
    if row.cut_off < WARNED_OUTPUTS or percent <= WARNED_PERCENT:
        return ""
    cut = Generation.objects.filter(run=run, purpose=row.purpose, finish_reason=AT_LIMIT)
    of_expert = cut.filter(expert=row.expert)
    if of_expert.filter(tokens__gte=F("max_tokens")).exists():
        return "new-token limit"
    return "context length"
