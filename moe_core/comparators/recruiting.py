"""Comparators as recruiters: the k experts that their estimates rank first."""

from collections.abc import Sequence

import numpy as np

from moe_core.comparators.choosing import Estimates, ranked
from moe_core.comparators.registry import COMPARATORS
from moe_core.evidence import Floats
from moe_core.ours import AT_ONCE, Contributions
from moe_core.profiles import Profile
from moe_core.recruitment import Asked, Recruitment

ESTIMATE = "estimate"


def recruit_by(name: str, profile: Profile, asked: Sequence[Asked], k: int) -> list[Recruitment]:
    """Seats by the comparator called `name`; from the best again where a pool is smaller than k.

    A question without an embedding gets the strongest. Raises RecruitingError for a profile
    without evidence.
    """
    found: list[Recruitment] = []
    for start in range(0, len(asked), AT_ONCE):
        some = asked[start : start + AT_ONCE]
        estimates = estimated(name, profile, some)
        order = ranked(estimates, profile.observed.strength)
        for row, columns in enumerate(order.tolist()):
            found.append(_seated(name, profile, estimates[row], columns, k))
    return found


def estimated(name: str, profile: Profile, asked: Sequence[Asked]) -> Floats:
    """What the comparator called `name` estimates of each expert on n questions (n, e)."""
    evidence = profile.observed
    found = np.tile(evidence.strength, (len(asked), 1))
    known = [row for row, of in enumerate(asked) if of.vector is not None]
    if known and len(evidence.questions):
        vectors = np.stack([of.vector for of in asked if of.vector is not None])
        found[known] = _fitted(name, profile).of(vectors)
    return found


def _fitted(name: str, profile: Profile) -> Estimates:
    """Fitted when it is first asked for: few runs recruit by any of these."""
    if name not in profile.kept:
        profile.kept[name] = COMPARATORS[name].fit(profile.observed)
    fitted: Estimates = profile.kept[name]
    return fitted


def _seated(
    name: str, profile: Profile, estimates: Floats, order: Sequence[int], k: int
) -> Recruitment:
    experts = profile.observed.experts
    seats = tuple(experts[order[seat % len(order)]] for seat in range(k))
    chosen = set(seats)
    shares = {expert: (expert in chosen) / len(chosen) for expert in experts}
    if not COMPARATORS[name].chances:
        return Recruitment(seats, shares)
    return Recruitment(seats, shares, scores=Contributions(experts, (ESTIMATE,), (estimates,)))
