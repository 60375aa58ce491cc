"""What is chosen of the questions looks like all of them."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from moe_core.anchors import ALL, HALF, PARTS, THIRD, anchors


def test_every_second_of_each_category() -> None:
    categories = ["law"] * 8 + ["algebra"] * 4
    chosen = anchors(categories, np.full(12, np.nan), 6)
    assert Counter(categories[place] for place in chosen) == {"law": 4, "algebra": 2}


def test_every_third_from_hard_to_easy() -> None:
    """Twelve questions of one category, each easier for the others than the one before it."""
    right = np.arange(12) / 12
    chosen = anchors(["law"] * 12, right, 4)
    assert [place // 3 for place in chosen] == [0, 1, 2, 3]
    turned = anchors(["law"] * 12, right[::-1], 4)
    assert [place // 3 for place in turned] == [0, 1, 2, 3]


@given(st.lists(st.sampled_from(["law", "tax", ""]), max_size=30), st.integers(0, 10**6))
def test_as_many_as_are_wanted_each_once_and_always_the_same(names: list[str], seed: int) -> None:
    rng = np.random.default_rng(seed)
    right = np.where(rng.random(len(names)) < 0.3, np.nan, rng.random(len(names)))
    for part in PARTS.values():
        count = part.of(len(names))
        chosen = anchors(names, right, count)
        assert len(set(chosen)) == count and chosen == sorted(chosen)
        assert set(chosen) <= set(range(len(names)))
        assert chosen == anchors(names, right, count)


def test_shares_are_nearer_to_the_whole_than_of_as_many_at_random() -> None:
    """An expert that is right where most others are."""
    rng = np.random.default_rng(1)
    ease = rng.random(120)
    right = rng.random(120) < ease
    third = THIRD.of(120)
    off = [right[anchors(["law"] * 120, ease, third, seed)].mean() for seed in range(60)]
    by_chance = [right[rng.permutation(120)[:third]].mean() for _ in range(60)]
    assert np.std(off - right.mean()) < 0.8 * np.std(by_chance - right.mean())


@pytest.mark.parametrize(("part", "asked"), [(ALL, 350), (HALF, 175), (THIRD, 117)])
def test_how_many(part: object, asked: int) -> None:
    assert part.of(350) == asked  # type: ignore[attr-defined]
