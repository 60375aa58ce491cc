"""Several ways against a few that they are measured by: intervals that all hold at once.

Of ten ways that are as good as another one, some look better by chance, and the best of them does
for certain. So the intervals of all comparisons are as wide as to miss none of the true differences
in 95 % of draws of the questions: single-step simultaneous intervals, as C. W. Dunnett made them
for many treatments against one control (Journal of the American Statistical Association 50, 1955),
in the general form of T. Hothorn, F. Bretz and P. Westfall (Biometrical Journal 50, 2008). Standard
errors are those of A. Agresti and Y. Min (Statistics in Medicine 24, 2005): as if two more
questions had been seen, one gained and one lost, so that a few questions without a difference are
not taken for certainty.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from moe_core.contributions import Bools, Floats
from moe_core.intervals import CONFIDENCE, Z

DRAWS = 20_000


@dataclass(frozen=True)
class Difference:
    """How much more often a way is right than another, in percentage points, ± `half`."""

    points: float
    half: float

    @property
    def low(self) -> float:
        return self.points - self.half

    @property
    def high(self) -> float:
        return self.points + self.half


def differences(right: Bools, pairs: Sequence[tuple[int, int]]) -> list[Difference]:
    """Of each pair (way, against) how much better the way is, paired by question.

    `right` (m, n): where each of m ways is right on n questions, n > 0. One call is one family: its
    intervals hold together.
    """
    if not pairs:
        return []
    ways, against = (list(side) for side in zip(*pairs, strict=True))
    gained = right[ways].astype(float) - right[against]  # (pairs, n)
    n = gained.shape[1]
    total, squares = gained.sum(axis=1), (gained**2).sum(axis=1)
    errors = np.sqrt(squares + 1 - total**2 / (n + 2)) / (n + 2)
    reach = critical(gained)
    return [
        Difference(100 * float(point), 100 * reach * float(error))
        for point, error in zip(total / n, errors, strict=True)
    ]


def critical(gained: Floats) -> float:
    """How many standard errors all of the differences (pairs, n) stay within, in 95 % of draws."""
    around = gained - gained.mean(axis=1, keepdims=True)
    spread = np.sqrt((around**2).sum(axis=1))
    told = around / np.where(spread > 0, spread, 1)[:, None]
    # The same comparison twice is one; what never differs varies alone.
    correlation = told @ told.T
    np.fill_diagonal(correlation, 1.0)
    drawn = np.random.default_rng(0).multivariate_normal(
        np.zeros(len(gained)), correlation, size=DRAWS, method="eigh", check_valid="ignore"
    )
    return max(Z, float(np.quantile(np.abs(drawn).max(axis=1), CONFIDENCE)))
