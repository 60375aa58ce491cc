"""The experts that were right most often in a question's domain: a domain, its expert.

As Composition of Experts (arXiv 2412.01868) and MoDEM route, whose classifiers name one domain.
Here the experts are counted on the profile's evidence, and a category tells the domain where a
question has one.
"""

import random

import numpy as np

from moe_core.profiles import Profile
from moe_core.recruitment import Asked, Recruitment


def domain_top_k(profile: Profile, asked: Asked, k: int, rng: random.Random) -> Recruitment:
    """The k experts that were right most often in the question's likeliest domain.

    Of equals the stronger one; the strongest, where there are no domains. Raises RecruitingError
    for a profile without evidence.
    """
    evidence, domains = profile.observed, profile.memberships
    share = np.zeros(len(evidence.experts))
    if domains is not None and domains.names and asked.vector is not None:
        place = domains.of([asked.category], asked.vector[None])[0].argmax()
        inside = domains.known[:, place]
        seen = inside @ ~np.isnan(evidence.right)
        share = np.round(inside @ np.nan_to_num(evidence.right) / np.maximum(seen, 1e-9), 9)
    order = np.lexsort((-evidence.strength, -share)).tolist()
    seats = tuple(evidence.experts[order[place % len(order)]] for place in range(k))
    chosen = set(seats)
    return Recruitment(seats, {e: (e in chosen) / len(chosen) for e in evidence.experts})
