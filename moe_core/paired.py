"""Which of two ways is better, by questions that both answered: or whether chance explains it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

import numpy as np

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


def compare(pairs: Pairs) -> Paired:
    """Exact McNemar test and bootstrap interval; better is what both of them call so."""
    p = mcnemar(pairs.second, pairs.first)
    if not pairs.total:
        return Paired(0.0, 0.0, 0.0, p, Better.TIED)
    difference = 100 * (pairs.second - pairs.first) / pairs.total
    low, high = _interval(pairs)
    if p >= SIGNIFICANT or low <= 0 <= high:
        better = Better.TIED
    else:
        better = Better.SECOND if difference > 0 else Better.FIRST
    return Paired(difference, low, high, p, better)


def mcnemar(
    gained: int, lost: int, alternative: Literal["two-sided", "greater"] = "two-sided"
) -> float:
    """p of the exact test, from the questions that only one of two ways got right.

    `greater` asks whether more are gained than lost.
    """
    if not gained + lost:
        return 1.0
    from scipy.stats import binomtest  # takes most of a second, and few processes need it

    return float(binomtest(gained, gained + lost, alternative=alternative).pvalue)


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
