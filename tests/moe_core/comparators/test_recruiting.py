"""Comparators as recruiters: who is seated, what is told of them, and that they are all there."""

import numpy as np
import pytest

from moe_core.comparators.registry import COMPARATORS
from moe_core.profiles import Profile
from moe_core.recruiters import RECRUITERS, recruit, recruit_all
from moe_core.recruitment import Asked
from moe_core.replay.ways import WAYS
from tests.moe_core.comparators.tables import at, table

SPECIALISTS = {"ann": "1" * 10 + "0" * 10, "ben": "0" * 10 + "1" * 9 + "0", "kim": "01" * 10}
PROFILE = Profile.of(table([*range(10), *range(80, 90)], **SPECIALISTS))
# A bandit has asked too few of them, and the pair is not of both specialists.
SURE = [name for name in COMPARATORS if name not in ("bandit", "routellm")]


@pytest.mark.parametrize("name", SURE)
def test_each_question_gets_its_specialist(name: str) -> None:
    asked = [Asked(vector=vector) for vector in at(4, 86)]
    first, second = recruit_all(name, PROFILE, asked, 2, [0, 0])
    assert (first.seats[0], second.seats[0]) == ("ann", "ben")
    assert first.probabilities == {"ann": 0.5, first.seats[1]: 0.5} | {
        other: 0.0 for other in PROFILE.cells if other not in first.seats
    }
    assert bool(first.scores) == COMPARATORS[name].chances


@pytest.mark.parametrize("name", COMPARATORS)
def test_all_are_recruiters_and_ways_with_a_source(name: str) -> None:
    assert RECRUITERS[name].source is COMPARATORS[name].source and WAYS[name].recruiter.name == name
    assert "arXiv" in COMPARATORS[name].source.paper and COMPARATORS[name].source.differs


@pytest.mark.parametrize("name", COMPARATORS)
def test_a_question_without_an_embedding_gets_the_strongest_and_small_pools_sit_again(
    name: str,
) -> None:
    found = recruit(name, PROFILE, Asked(), 5, 0)
    assert found.seats == ("ann", "kim", "ben", "ann", "kim")
    assert np.isclose(sum(found.probabilities.values()), 1)


def test_it_is_fitted_once() -> None:
    profile = Profile.of(table([0, 90], ann="10", ben="01"))
    recruit("knn", profile, Asked(vector=at(0)[0]), 1, 0)
    kept = profile.kept["knn"]
    recruit("knn", profile, Asked(vector=at(90)[0]), 1, 0)
    assert list(profile.kept) == ["knn"] and profile.kept["knn"] is kept
