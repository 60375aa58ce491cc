"""The experts that were right most often in a question's domain: a domain, its expert.

As Composition of Experts (arXiv 2412.01868) and MoDEM route, whose classifiers name one domain.
Here the experts are counted on the profile's evidence, and a category tells the domain where a
question has one.
"""

import random
from collections.abc import Sequence

import numpy as np

from moe_core.profiles import Profile
from moe_core.recruitment import Asked, Recruitment


def domain_top_k(profile: Profile, asked: Asked, k: int, rng: random.Random) -> Recruitment:
    """The k experts that were right most often in the question's likeliest domain.

    Of equals the stronger one; the strongest, where there are no domains or no embedding. Raises
    RecruitingError for a profile without evidence.
    """
    return domain_top_k_all(profile, [asked], k)[0]


def domain_top_k_all(profile: Profile, asked: Sequence[Asked], k: int) -> list[Recruitment]:
    """`domain_top_k` for many questions at once."""
    experts, domains = profile.observed.experts, profile.memberships
    orders = _orders(profile)  # of each domain; the last is that of the whole set
    places = [len(orders) - 1] * len(asked)
    known = [row for row, of in enumerate(asked) if of.vector is not None]
    if domains is not None and domains.names and known:
        vectors = np.stack([of.vector for of in asked if of.vector is not None])
        likely = domains.of([asked[row].category for row in known], vectors).argmax(axis=1)
        for row, place in zip(known, likely.tolist(), strict=True):
            places[row] = place
    found = []
    for place in places:
        order = orders[place]
        seats = tuple(experts[order[seat % len(order)]] for seat in range(k))
        chosen = set(seats)
        found.append(Recruitment(seats, {e: (e in chosen) / len(chosen) for e in experts}))
    return found


def _orders(profile: Profile) -> list[list[int]]:
    """The columns of the experts, the best first: in each domain, and on the whole set."""
    evidence, domains = profile.observed, profile.memberships
    whole = np.ones((len(evidence.questions), 1))
    inside = whole if domains is None else np.column_stack([domains.known, whole])
    seen = inside.T @ ~np.isnan(evidence.right)
    right = inside.T @ np.nan_to_num(evidence.right)
    shares = np.round(right / np.maximum(seen, 1e-9), 9)
    return [np.lexsort((-evidence.strength, -share)).tolist() for share in shares]
