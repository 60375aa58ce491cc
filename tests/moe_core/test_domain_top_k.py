"""A domain, its expert: on a table that is counted by hand."""

from dataclasses import replace

import numpy as np

from moe_core.domains import domains_of
from moe_core.profiles import Profile
from moe_core.recruiters import recruit
from moe_core.recruitment import Asked
from tests.moe_core.evidences import VECTORS, evidence, only

# Of each domain ten questions. Ann: 10 of algebra, none else. Ben: 9 of each.
KNOWN = evidence(
    {"ann": only("algebra"), "ben": lambda place, of: place >= 3, "kim": only("law")}, 30
)
DOMAINS = domains_of([of[0] for of in KNOWN.skills], KNOWN.vectors, KNOWN.skills)
PROFILE = Profile.of(replace(KNOWN, domains=DOMAINS))


def seats(category: str, vector: str = "geometry", k: int = 2) -> tuple[str, ...]:
    return recruit("domain-top-k", PROFILE, Asked((), VECTORS[vector], 4, category), k, 0).seats


def test_the_best_of_the_domain_are_recruited() -> None:
    assert seats("algebra") == ("ann", "ben")
    assert seats("law") == ("kim", "ben")
    # Ann and kim were never right there: of equals the stronger, of equal strength the first.
    assert seats("geometry", k=3) == ("ben", "ann", "kim")


def test_without_a_category_the_text_tells() -> None:
    assert seats("", "law") == ("kim", "ben") and seats("botany", "algebra") == ("ann", "ben")


def test_without_domains_the_strongest_are() -> None:
    plain = Profile.of(KNOWN)
    found = recruit("domain-top-k", plain, Asked((), VECTORS["law"], 4, "law"), 4, 0)
    assert found.seats == ("ben", "ann", "kim", "ben")
    assert np.isclose(sum(found.probabilities.values()), 1)
