"""Tallies as profiles show them: how thin the evidence is, in which colour, and what changed."""

from collections.abc import Sequence
from dataclasses import dataclass

from moe_core.intervals import Share
from webapp.runs.found_skills import THIN

# Percent from which a figure stands in a darker colour, away from the middle, either way.
STEPS = (0, 15, 35)
MIDDLE = 50
MARK = 1.5  # how wide the mark of a share is in a bar of 100


class Tally(Share):
    """Questions that an expert got right, of those that it answered."""

    @property
    def is_thin(self) -> bool:
        return self.n < THIN

    @property
    def bar(self) -> tuple[float, float, float]:
        """Where its interval begins, how long it is, and where the share stands: of 100."""
        low, high = self.interval
        return low, high - low, min(self.percent or 0.0, 100 - MARK)

    @property
    def shade(self) -> str:
        """The class of its colour, which the figure always stands in."""
        away = self.right / self.n - MIDDLE / 100 if self.n else 0.0
        step = sum(abs(away) >= least / 100 for least in STEPS)
        return f"score-{'p' if away >= 0 else 'n'}{step}"


def legend() -> Sequence[tuple[str, str]]:
    """(class, words) of each colour, from the lowest share on."""
    below = [(f"score-n{n}", f"under {end} %") for n, end in _bounds(-1)]
    above = [(f"score-p{n}", f"from {start} %") for n, start in _bounds(1)]
    return [*reversed(below), *above]


def _bounds(sign: int) -> list[tuple[int, int]]:
    return [(n, MIDDLE + sign * step) for n, step in enumerate(STEPS, start=1)]


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
    def gap(self) -> float:
        """How far the two intervals lie apart; below 0 they overlap by so much."""
        return max(
            self.after.interval[0] - self.before.interval[1],
            self.before.interval[0] - self.after.interval[1],
        )

    @property
    def words(self) -> str:
        """Whether the intervals lie apart."""
        if self.gap <= 0:
            return "within noise"
        return "better" if self.points > 0 else "worse"
