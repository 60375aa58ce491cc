"""Intervals that hold for all comparisons at once."""

from collections.abc import Sequence

import numpy as np
import pytest

from moe_core.intervals import Z
from moe_core.simultaneous import differences


def on(n: int, *ranges: tuple[int, int]) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """A way that is right on these questions of n."""
    right = np.zeros(n, dtype=bool)
    for first, last in ranges:
        right[first:last] = True
    return right


def test_of_one_pair_by_hand() -> None:
    """Of 100 questions 30 are gained and 20 lost."""
    [found] = differences(np.stack([on(100, (0, 30)), on(100, (20, 60))]), [(1, 0)])
    assert found.points == pytest.approx(10)
    error = (30 + 20 + 1 - 10**2 / 102) ** 0.5 / 102
    assert found.half == pytest.approx(100 * Z * error, rel=0.02)
    assert (found.low, found.high) == (found.points - found.half, found.points + found.half)


def test_a_few_questions_without_a_difference_are_not_certainty() -> None:
    """Of 24 questions: one error in 26, about what three of 24 would say."""
    right = np.ones((2, 24), dtype=bool)
    [found] = differences(right, [(1, 0)])
    assert found.points == 0 and found.half == pytest.approx(100 * Z / 26, rel=0.02)


def test_more_ways_have_wider_intervals_unless_they_are_the_same() -> None:
    rng = np.random.default_rng(1)
    right = rng.random((9, 200)) < 0.6

    def half(ways: Sequence[int]) -> float:
        return differences(right[[0, *ways]], [(n, 0) for n in range(1, len(ways) + 1)])[0].half

    assert half([1]) < half([1, 2, 3]) < half(range(1, 9)) < 1.6 * half([1])
    assert half([1, 1, 1]) == pytest.approx(half([1]), rel=0.02)


def test_they_miss_together_as_seldom_as_one_does() -> None:
    """Eight ways that are as good as the first: some interval misses 0 in 5 % of draws, where those
    of each for itself would in over a quarter."""
    rng, missed = np.random.default_rng(2), 0
    for _ in range(60):
        right = rng.random((9, 150)) < 0.5
        found = differences(right, [(way, 0) for way in range(1, 9)])
        missed += any(not of.low <= 0 <= of.high for of in found)
    assert missed <= 7


def test_of_nothing_nothing_is_told() -> None:
    assert differences(np.ones((1, 30), dtype=bool), []) == []
