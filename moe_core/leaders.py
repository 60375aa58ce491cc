"""Who is best on some questions, and who cannot be told from the best: one rule for every page."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from moe_core.evidence import Floats
from moe_core.paired import SIGNIFICANT, Better, Pairs, compare, holm, mcnemar

FEWER = 3.5  # times as many questions as who leads may others have answered

Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Lead:
    """Experts by their columns. Whoever answered nothing is in neither."""

    leaders: tuple[int, ...]  # of the largest share; several where their shares are equal
    tied: tuple[int, ...]  # no leader, and not told from every leader
    behind: tuple[int, ...]  # told from every leader


def lead(right: Floats) -> Lead:
    """Of e experts on n questions: `right` (n, e) is 1 or 0, nan where there is no answer.

    The largest share of right answers leads, of those who answered at least as many questions as
    FEWER allows: a new expert may be asked a third of what others were. Each other expert
    is compared with each leader on the questions that both answered (moe_core.paired); because the
    best is compared with everyone, p is corrected for as many comparisons as there are others
    (Holm).
    """
    answered: Bools = ~np.isnan(right)
    seen = answered.sum(axis=0)
    shares = np.nansum(right, axis=0) / np.maximum(seen, 1)
    may_lead = (seen > 0) & (FEWER * seen >= seen.max(initial=0))
    if not may_lead.any():
        return Lead((), (), ())
    is_leader = may_lead & (shares == shares[may_lead].max())
    others = np.flatnonzero((seen > 0) & ~is_leader).tolist()
    leaders = np.flatnonzero(is_leader).tolist()
    pairs = [[_pairs(right, answered, a, b) for a in leaders] for b in others]
    corrected = holm([max(_p(of.first, of.second) for of in every) for every in pairs])
    is_behind = [
        p < SIGNIFICANT and all(compare(of).better is Better.FIRST for of in every)
        for p, every in zip(corrected, pairs, strict=True)
    ]
    return Lead(
        tuple(leaders),
        tuple(other for other, told in zip(others, is_behind, strict=True) if not told),
        tuple(other for other, told in zip(others, is_behind, strict=True) if told),
    )


def _pairs(right: Floats, answered: Bools, first: int, second: int) -> Pairs:
    common = answered[:, first] & answered[:, second]
    a, b = right[common, first] == 1, right[common, second] == 1
    return Pairs.of(a, b)


@lru_cache(maxsize=10_000)  # few questions divide in few ways
def _p(first: int, second: int) -> float:
    return mcnemar(first, second)
