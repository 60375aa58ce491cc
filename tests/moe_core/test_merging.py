"""Near-equal skills under one name."""

from collections.abc import Sequence
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from moe_core.merging import ALIKE, APART, MEANING, MERGINGS, SPELLING, Merging, merged
from moe_core.skill_names import normal_form
from moe_core.vocabulary import SKILL_NAMES

ANGLES = {"north": 0, "nearly north": 20, "less north": 40, "east": 90, "norths": 0}


def embed(names: Sequence[str]) -> NDArray[np.float32]:
    """On a circle; cosines of 20 degrees are over ALIKE, those of 40 are not."""
    turned = np.radians([ANGLES.get(name, 180) for name in names])
    return np.stack([np.cos(turned), np.sin(turned)], axis=1).astype(np.float32)


def test_the_commonest_keeps_its_name() -> None:
    counted = {"vectors": 2, "vector": 5, "law": 1}
    assert merged(counted, SPELLING, embed) == {
        "vector": "vector",
        "vectors": "vector",
        "law": "law",
    }
    assert merged({"b case": 1, "b cases": 1}, SPELLING, embed)["b cases"] == "b case"


def test_the_paper_keeps_all_apart() -> None:
    assert merged({"vectors": 2, "vector": 5}, APART, embed) == {
        "vectors": "vectors",
        "vector": "vector",
    }
    assert merged({}, MEANING, embed) == {}


def test_near_ones_join_without_making_chains() -> None:
    counted = {"north": 9, "nearly north": 5, "less north": 4, "east": 3}
    found = merged(counted, MEANING, embed)
    assert found == {
        "north": "north",
        "nearly north": "north",
        "less north": "less north",
        "east": "east",
    }
    assert merged(counted, SPELLING, embed) == {skill: skill for skill in counted}


def test_a_spelling_follows_the_name_that_has_joined() -> None:
    counted = {"east": 9, "north": 5, "nearly north": 3, "norths": 1}
    found = merged({**counted, "north": 2, "nearly north": 6}, MEANING, embed)
    assert found["north"] == found["norths"] == "nearly north"


@given(
    st.dictionaries(st.sampled_from([*ANGLES, "vector", "vectors", "law"]), st.integers(1, 3)),
    st.sampled_from(list(MERGINGS.values())),
)
def test_the_order_of_questions_does_not_matter(counted: dict[str, int], policy: Merging) -> None:
    found = merged(counted, policy, embed)
    for some in list(permutations(counted))[:6]:
        assert merged({skill: counted[skill] for skill in some}, policy, embed) == found
    for skill, into in found.items():
        assert found[into] == into and counted[into] >= counted[skill]


def test_real_vectors_merge_no_two_known_names() -> None:
    from moe_core.embedder import embed as real

    counted = dict.fromkeys(SKILL_NAMES, 1)
    assert merged(counted, MEANING, real) == {skill: skill for skill in SKILL_NAMES}


@pytest.mark.parametrize(
    ("one", "other"),
    [("matrix", "matrices"), ("cell biology", "cellular biology"),
     ("elasticity of demand", "demand elasticity")],
)  # fmt: skip
def test_real_vectors_merge_what_no_spelling_tells(one: str, other: str) -> None:
    from moe_core.embedder import embed as real

    assert normal_form(one) != normal_form(other)
    assert merged({one: 2, other: 1}, MEANING, real)[other] == one
    cosine = float(np.prod(real([one, other]), axis=0).sum())
    assert cosine > ALIKE
