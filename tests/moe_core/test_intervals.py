"""Wilson's interval against published figures, and what must hold of any."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moe_core.intervals import wilson


@pytest.mark.parametrize(
    ("right", "n", "low", "high"),
    [
        # Newcombe, Two-sided confidence intervals for the single proportion, Statistics in
        # Medicine 17 (1998), table I, method 3 (score, without continuity correction).
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_published_intervals(right: int, n: int, low: float, high: float) -> None:
    assert wilson(right, n) == pytest.approx((low, high), abs=5e-5)


def test_nothing_counted_says_nothing() -> None:
    assert wilson(0, 0) == (0.0, 1.0)


@settings(deadline=None)
@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_share_lies_within_and_wrong_mirrors_right(counted: tuple[int, int]) -> None:
    right, n = counted
    low, high = wilson(right, n)
    assert -1e-9 <= low <= right / n + 1e-9 and right / n - 1e-9 <= high <= 1 + 1e-9
    assert wilson(n - right, n) == pytest.approx((1 - high, 1 - low))
    assert wilson(10 * right, 10 * n)[1] - wilson(10 * right, 10 * n)[0] < high - low
