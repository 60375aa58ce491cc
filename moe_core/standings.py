"""Several ways over the same questions: who leads, and who cannot be told from whom."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from moe_core.intervals import Share
from moe_core.paired import Better, Paired, Pairs, compare_all

Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Rank:
    """Places that a way may have: from behind those that are better, to before those that are
    worse."""

    best: int
    worst: int

    def __str__(self) -> str:
        both = (self.best, self.worst)
        return str(self.best) if self.best == self.worst else "{}\N{EN DASH}{}".format(*both)


@dataclass(frozen=True)
class Standings:
    """What ways come to over `questions` that all of them answered; each by its place."""

    questions: int
    right: tuple[int, ...]
    pairs: Mapping[tuple[int, int], Paired]  # (earlier, later) → the later against the earlier

    def share(self, way: int) -> Share:
        return Share(self.right[way], self.questions)

    def against(self, way: int, other: int) -> Paired:
        """`way` measured by `other`: a difference above 0 speaks for `way`."""
        if other < way:
            return self.pairs[other, way]
        return self.pairs[way, other].mirrored

    def is_better(self, way: int, other: int) -> bool:
        return way != other and self.against(way, other).better is Better.SECOND

    @property
    def order(self) -> list[int]:
        """The ways, those that are right most often first."""
        return sorted(range(len(self.right)), key=lambda way: (-self.right[way], way))

    def rank(self, way: int) -> Rank:
        """Those that cannot be told from each other share places."""
        ways = range(len(self.right))
        better = sum(self.is_better(other, way) for other in ways)
        worse = sum(self.is_better(way, other) for other in ways)
        return Rank(1 + better, len(ways) - worse)

    def tied_with(self, way: int) -> list[int]:
        """Those that cannot be told from it, the best first."""
        return [
            other
            for other in self.order
            if other != way and self.against(way, other).better is Better.TIED
        ]


def standings(ways: int, patterns: Mapping[tuple[bool, ...], int]) -> Standings:
    """Of how many questions which of the `ways` are right: (whether each is right) → questions.

    All pairs of ways are one family of comparisons (`moe_core.paired.compare_all`).
    """
    rows = np.array(list(patterns), dtype=bool).reshape(len(patterns), ways)
    return standings_of(rows, np.array(list(patterns.values()), dtype=np.int64))


def standings_of(right: Bools, times: NDArray[np.int64] | None = None) -> Standings:
    """The same of a row for each question, a column for each way; a row may count many `times`."""
    weights = np.ones(len(right), dtype=np.int64) if times is None else times
    total = int(weights.sum())
    counted = right.astype(np.float64)  # exact up to 2**53, and multiplied fast
    both = (counted.T @ (counted * weights[:, None])).astype(np.int64)
    alone = [int(n) for n in both.diagonal()]
    names = list(combinations(range(right.shape[1]), 2))
    counts = [
        Pairs(
            both=int(both[one, other]),
            first=alone[one] - int(both[one, other]),
            second=alone[other] - int(both[one, other]),
            neither=total - alone[one] - alone[other] + int(both[one, other]),
        )
        for one, other in names
    ]
    return Standings(total, tuple(alone), dict(zip(names, compare_all(counts), strict=True)))
