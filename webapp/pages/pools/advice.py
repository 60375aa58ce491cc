"""What a finding of advice says of a pool, for people: rows, sentences, charts."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from moe_core.intervals import Share
from moe_core.paired import Better, Paired
from webapp.experts.memory.fits import gigabytes
from webapp.experts.models import Expert
from webapp.experts.short_names import short
from webapp.findings.pools.advice import Judged, against_all, experts_in, within
from webapp.pages.shared.accuracies import Point, figure
from webapp.runs.models import Finding

CLOSE = 1.0  # points by which fewer experts may be behind, as counted, and still be proposed
NAMED = 4  # experts, before the rest is only counted


@dataclass(frozen=True)
class Subset:
    """Some of the pool's experts, against all of them."""

    experts: list[Expert]
    share: Share
    change: Paired
    loads: int
    hours: float | None
    bytes: int | None

    @property
    def is_as_good(self) -> bool:
        """As far as can be told, and hardly behind as counted."""
        return self.change.better is not Better.FIRST and self.change.difference >= -CLOSE

    @property
    def is_better(self) -> bool:
        return self.change.better is Better.SECOND

    @property
    def names(self) -> str:
        return names_of(self.experts)


@dataclass(frozen=True)
class Change:
    """The pool with one expert less, or more."""

    expert: Expert
    change: Paired

    @property
    def word(self) -> str:
        match self.change.better:
            case Better.FIRST:
                return "surely fewer right"
            case Better.SECOND:
                return "surely more right"
        return "no difference can be told"


@dataclass(frozen=True)
class Cost:
    """A measure of what subsets cost; `of` is None where it is not known."""

    name: str
    title: str
    axis: str
    of: Callable[[Subset], float | None]
    told: Callable[[Subset], str]


COSTS: Mapping[str, Cost] = {
    cost.name: cost
    for cost in (
        Cost(
            "loads", "Loads", "experts, each loaded once", lambda s: s.loads, lambda s: str(s.loads)
        ),
        Cost(
            "hours",
            "GPU hours",
            "GPU hours for 1,000 questions",
            lambda s: s.hours,
            lambda s: f"{s.hours:.2f} h",
        ),
        Cost(
            "memory",
            "Memory",
            "GB of the largest weights",
            lambda s: None if s.bytes is None else s.bytes / 1e9,
            lambda s: gigabytes(s.bytes or 0),
        ),
    )
}


class Advice:
    """What was found; nothing of it where nothing is there yet."""

    def __init__(self, finding: Finding) -> None:
        self.finding, self._found = finding, finding.found
        self._experts = experts_in(finding)
        self.questions: int = self._found.get("questions", 0)
        self.sizes = [self._subset(one) for one in self._found.get("sizes", [])]
        self.limits = [
            (one["limit"], self._subset(one["best"]) if one["best"] else None)
            for one in self._found.get("limits", [])
        ]
        self.without, self.added = (self._changes(name) for name in ("without", "added"))

    def _subset(self, one: Judged) -> Subset:
        both, _, alone, _ = one["pairs"]
        return Subset(
            [self._experts[pk] for pk in one["experts"] if pk in self._experts],
            Share(both + alone, self.questions),
            against_all(one["pairs"]),
            one["loads"],
            one["hours"],
            one["bytes"],
        )

    def _changes(self, name: str) -> list[Change]:
        rows = [
            Change(self._experts[one["expert"]], against_all(one["pairs"]))
            for one in self._found.get(name, [])
            if one["expert"] in self._experts
        ]
        return sorted(rows, key=lambda row: -row.change.difference)

    def within(self, cost: Cost, budget: float) -> Subset | None:
        """The best for a budget; None where it allows nobody."""
        best = within(self.finding, cost.name, budget)
        return self._subset(best) if best else None

    @property
    def whole(self) -> Subset:
        return self.sizes[-1]

    @property
    def enough(self) -> Subset | None:
        """The fewest experts that do as well as all."""
        return next((one for one in self.sizes[:-1] if one.is_as_good), None)

    @property
    def spare(self) -> list[Expert]:
        """Who is not among them."""
        kept = self.enough.experts if self.enough else []
        return [e for e in self.whole.experts if e not in kept] if self.enough else []

    def costs(self) -> list[Cost]:
        """Those that are known of this pool."""
        return [c for c in COSTS.values() if self.sizes and c.of(self.sizes[0]) is not None]

    def figure(self, cost: Cost) -> dict[str, Any]:
        known = [one for one in self.sizes if cost.of(one) is not None]
        points = [Point(cost.of(s) or 0.0, s.share, s.names, cost.told(s)) for s in known]
        return figure(points, cost.axis, whole=cost.name == "loads")


def headline(advice: Advice) -> str:
    """Whom it takes, in a sentence."""
    enough, whole = advice.enough, advice.whole
    if enough is None:
        if len(whole.experts) == 1:
            return "The pool has one expert: there is nobody to choose from."
        return f"No smaller pool does as well as all {whole.loads}: each of them is of use."
    who = f"{names_of(enough.experts)} alone" if enough.loads == 1 else names_of(enough.experts)
    does = "does" if enough.loads == 1 else "do"
    well = "better than" if enough.is_better else "as well as"
    if not enough.is_better and enough.change.difference > 0:
        well = "at least as well as"
    return (
        f"{who} {does} {well} all {whole.loads}, as far as {advice.questions:,} questions can"
        f" tell, with {enough.loads} of {whole.loads} loads."
    )


def names_of(experts: Sequence[Expert]) -> str:
    """Short ones; of many the first and how many more."""
    names = [short(expert) for expert in experts]
    if len(names) > NAMED:
        names = [*names[: NAMED - 1], f"{len(names) - NAMED + 1} others"]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
