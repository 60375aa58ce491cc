"""Which of two ways is better, by questions that both answered: or whether chance explains it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Literal

import numpy as np
import scipy  # its parts are imported when they are first used
from numpy.typing import NDArray

SIGNIFICANT = 0.05
LEVEL = (2.5, 97.5)  # percentiles of a 95 % interval
RESAMPLES = 10_000
LEAST_TOLD = 0.001  # a smaller p is only said to be smaller


def p_value(p: float) -> str:
    """For people, with three decimals: 0.004, or < 0.001."""
    return f"{p:.3f}" if p >= LEAST_TOLD else f"< {LEAST_TOLD}"


class Better(StrEnum):
    FIRST = "first"
    SECOND = "second"
    TIED = "tied"


@dataclass(frozen=True)
class Pairs:
    """How many questions both ways got right, only one of them, or neither."""

    both: int
    first: int
    second: int
    neither: int

    @classmethod
    def of(cls, first: NDArray[np.bool_], second: NDArray[np.bool_]) -> "Pairs":
        """Of n questions, by where the first and where the second way is right (n)."""
        both, either = int((first & second).sum()), int((first | second).sum())
        return cls(both, int(first.sum()) - both, int(second.sum()) - both, len(first) - either)

    @property
    def total(self) -> int:
        return self.both + self.first + self.second + self.neither


@dataclass(frozen=True)
class Paired:
    """The second way against the first one."""

    difference: float  # percentage points; above 0: the second is right more often
    low: float  # its 95 % interval
    high: float
    p: float  # how often chance alone would make two equal ways differ that much
    better: Better

    @property
    def mirrored(self) -> "Paired":
        """The first way against the second one."""
        better = {Better.FIRST: Better.SECOND, Better.SECOND: Better.FIRST}
        return Paired(
            -self.difference, -self.high, -self.low, self.p, better.get(self.better, self.better)
        )


def compare(pairs: Pairs) -> Paired:
    """Exact McNemar test and bootstrap interval; better is what both of them call so."""
    p = mcnemar(pairs.second, pairs.first)
    if not pairs.total:
        return Paired(0.0, 0.0, 0.0, p, Better.TIED)
    difference = 100 * (pairs.second - pairs.first) / pairs.total
    low, high = _interval(pairs)
    return _decided(Paired(difference, low, high, p, Better.TIED))


def compare_all(counts: Sequence[Pairs]) -> list[Paired]:
    """Comparisons that are looked at together: of many, some differ by chance alone.

    So each p is raised by Holm's rule (1979), which keeps the chance that any tie is taken for a
    difference under SIGNIFICANT. The intervals are those of each comparison for itself.
    """
    alone = [compare(pairs) for pairs in counts]
    raised = holm([found.p for found in alone])
    return [_decided(replace(found, p=p)) for found, p in zip(alone, raised, strict=True)]


def _decided(found: Paired) -> Paired:
    if found.p >= SIGNIFICANT or found.low <= 0 <= found.high:
        return replace(found, better=Better.TIED)
    return replace(found, better=Better.SECOND if found.difference > 0 else Better.FIRST)


def holm(chances: Sequence[float]) -> list[float]:
    """Each p as it counts beside the others.

    The smallest counts as many times as there are, the next once less, and so on; none less than
    the one before it.
    """
    raised, so_far = [0.0] * len(chances), 0.0
    for done, place in enumerate(sorted(range(len(chances)), key=lambda place: chances[place])):
        so_far = max(so_far, min(1.0, (len(chances) - done) * chances[place]))
        raised[place] = so_far
    return raised


def mcnemar(
    gained: int, lost: int, alternative: Literal["two-sided", "greater"] = "two-sided"
) -> float:
    """p of the exact test, from the questions that only one of two ways got right.

    `greater` asks whether more are gained than lost.
    """
    if not gained + lost:
        return 1.0
    found = scipy.stats.binomtest(gained, gained + lost, alternative=alternative)
    return float(found.pvalue)


def _interval(pairs: Pairs) -> tuple[float, float]:
    """Drawing questions again is drawing how many of each sort there are.

    The larger side is drawn first, so that exchanging the ways mirrors the interval.
    """
    larger, smaller = max(pairs.first, pairs.second), min(pairs.first, pairs.second)
    shares = np.array([larger, smaller, pairs.both + pairs.neither]) / pairs.total
    drawn = np.random.default_rng(0).multinomial(pairs.total, shares, size=RESAMPLES)
    sign = 1 if pairs.second >= pairs.first else -1
    differences = sign * 100 * (drawn[:, 0] - drawn[:, 1]) / pairs.total
    low, high = np.percentile(differences, LEVEL)
    return float(low), float(high)
