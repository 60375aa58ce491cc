"""Right answers of so many: the share, how sure it is, and how two of them differ."""

from dataclasses import dataclass
from functools import cached_property

from moe_core.intervals import wilson

THIN = 5  # questions; a share of fewer says little

# A bound of Wilson's 95 % interval in SQL, which sorts more tallies than a page shows.
BOUND = (
    "({right} + 1.920729 {sign} 1.959964 * sqrt({right}::float * ({n} - {right}) / {n} + 0.960365))"
    " / ({n} + 3.841459)"
)


@dataclass(frozen=True)
class Tally:
    """Questions that were answered right, of those that count."""

    right: int
    n: int

    @property
    def percent(self) -> float | None:
        return 100 * self.right / self.n if self.n else None

    @cached_property
    def interval(self) -> tuple[float, float]:
        """Wilson's 95 % interval in percent."""
        low, high = wilson(self.right, self.n)
        return 100 * low, 100 * high

    @property
    def between(self) -> str:
        low, high = self.interval
        return f"{low:.0f}\N{EN DASH}{high:.0f} %"

    @property
    def is_thin(self) -> bool:
        return self.n < THIN

    @property
    def shade(self) -> str:
        """The class of its colour, which the figure always stands in."""
        away = self.right / self.n - 0.5 if self.n else 0.0
        step = 3 if abs(away) >= 0.35 else 2 if abs(away) >= 0.15 else 1
        return f"score-{'p' if away >= 0 else 'n'}{step}"


@dataclass(frozen=True)
class Change:
    """A tally before and after."""

    before: Tally
    after: Tally

    @property
    def points(self) -> float:
        """Percentage points gained; of nothing there is no gain."""
        return (self.after.percent or 0.0) - (self.before.percent or 0.0)

    @property
    def words(self) -> str:
        """Whether the intervals lie apart."""
        if self.after.interval[0] > self.before.interval[1]:
            return "better"
        if self.after.interval[1] < self.before.interval[0]:
            return "worse"
        return "within noise"
