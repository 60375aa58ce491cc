"""A run's experts with what each adds and what it costs, and the same in a sentence or two."""

from collections.abc import Sequence
from dataclasses import dataclass

from moe_core.paired import Better
from webapp.experts.models import Expert
from webapp.experts.short_names import short
from webapp.findings.contributions import Told, told
from webapp.progress.costs import costs_of
from webapp.runs.models import Finding, Run

NAMED = 3  # experts in a sentence, before the rest is only counted


@dataclass(frozen=True)
class ExpertRow:
    told: Told
    seconds: float | None  # of the GPU; None of a recorded one
    tokens: int | None

    @property
    def expert(self) -> Expert:
        return self.told.expert

    @property
    def again(self) -> bool:
        """Whether its seats went to others, and did not stay empty."""
        return bool(self.told.row["recruited_again"])

    @property
    def is_needed(self) -> bool:
        """Whether there are surely fewer right answers without it."""
        return self.told.change.better is Better.FIRST

    @property
    def harms(self) -> bool:
        """Whether there are surely more right answers without it."""
        return self.told.change.better is Better.SECOND


def rows_of(run: Run, finding: Finding) -> list[ExpertRow]:
    """Who adds most first."""
    costs: dict[int, tuple[float, int]] = {}
    for of in costs_of(run).experts:
        seconds, tokens = costs.get(of.expert_id, (0.0, 0))
        seconds += of.loading_seconds + of.generating_seconds
        costs[of.expert_id] = seconds, tokens + of.tokens
    rows = []
    for one in told(finding):
        nothing = (None, None) if one.expert.is_recorded else (0.0, 0)
        rows.append(ExpertRow(one, *costs.get(one.expert.pk, nothing)))
    return rows


def in_words(rows: Sequence[ExpertRow]) -> list[str]:
    """Whom the run needs, whom it could do without, who harms it."""
    if not rows:
        return []
    said = []
    needed = [row for row in rows if row.is_needed]
    if needed:
        first = needed[0].told
        said.append(
            f"{short(first.expert)} adds most: {_answers(first.saved)} right thanks to it,"
            f" {_answers(first.broken)} wrong because of it."
        )
        if others := needed[1:]:
            said.append(f"Without {_names(others)} there would surely be fewer right ones as well.")
    else:
        said.append("Of no expert alone can it be told that the run needs it.")
    if harming := [row for row in rows if row.harms]:
        said.append(f"Without {_names(harming)} there would be more right answers.")
    spare = [row for row in rows if not row.is_needed and not row.harms]
    if spare and needed:
        said.append(f"Without {_names(spare)}, one at a time, no difference can be told.")
    return said


def _answers(n: int) -> str:
    return f"{n:,} answer{'' if n == 1 else 's'}"


def _names(rows: Sequence[ExpertRow]) -> str:
    names = [short(row.expert) for row in rows[:NAMED]]
    if rest := len(rows) - len(names):
        return f"{', '.join(names)} or {rest} other{'' if rest == 1 else 's'}"
    return f"{', '.join(names[:-1])} or {names[-1]}" if len(names) > 1 else names[0]
