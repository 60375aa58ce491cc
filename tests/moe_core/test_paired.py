"""Which of two ways is better: the exact test, the interval, and the word for both."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moe_core.intervals import wilson
from moe_core.paired import SIGNIFICANT, Better, Pairs, compare, mcnemar

COUNTS = st.integers(0, 400)


@pytest.mark.parametrize(
    ("pairs", "p"),
    [
        # Fagerland, Lydersen and Laake, BMC Medical Research Methodology 13:91 (2013), tables 3, 5:
        # airway response, and complete response, before and after a treatment.
        (Pairs(1, 1, 7, 12), 0.070),
        (Pairs(59, 6, 16, 80), 0.052),
    ],
)
def test_the_exact_test_as_in_the_literature(pairs: Pairs, p: float) -> None:
    assert compare(pairs).p == pytest.approx(p, abs=0.0006)
    assert compare(pairs).better is Better.TIED


def test_small_counts_by_hand() -> None:
    assert mcnemar(9, 1) == mcnemar(1, 9) == pytest.approx(2 * 11 / 1024)
    assert mcnemar(9, 1, "greater") == pytest.approx(11 / 1024)
    assert mcnemar(0, 0) == mcnemar(4, 4) == 1
    assert mcnemar(5, 0) == pytest.approx(1 / 16)


def test_the_interval_agrees_with_the_large_sample_one() -> None:
    """Of b gained and c lost, the standard error is √(b + c - (b - c)² / n) / n."""
    found = compare(Pairs(500, 80, 120, 300))
    error = 100 * (200 - 40**2 / 1000) ** 0.5 / 1000
    assert found.difference == 4
    assert (found.low, found.high) == pytest.approx((4 - 1.96 * error, 4 + 1.96 * error), abs=0.11)
    assert found.better is Better.SECOND


@pytest.mark.parametrize(
    ("pairs", "better"),
    [
        (Pairs(100, 30, 30, 80), Better.TIED),
        (Pairs(100, 5, 30, 80), Better.SECOND),
        (Pairs(100, 30, 5, 80), Better.FIRST),
        (Pairs(0, 0, 5, 0), Better.TIED),  # five questions show nothing, though the interval does
        (Pairs(40, 0, 0, 0), Better.TIED),
        (Pairs(0, 0, 0, 0), Better.TIED),
    ],
)
def test_the_verdict(pairs: Pairs, better: Better) -> None:
    assert compare(pairs).better is better


@given(COUNTS, COUNTS, COUNTS, COUNTS)
def test_exchanging_the_ways_mirrors(both: int, first: int, second: int, neither: int) -> None:
    one = compare(Pairs(both, first, second, neither))
    other = compare(Pairs(both, second, first, neither))
    mirrored = {Better.FIRST: Better.SECOND, Better.SECOND: Better.FIRST}
    assert other.better is mirrored.get(one.better, Better.TIED)
    assert (other.difference, other.p) == (-one.difference, one.p)
    if first != second:
        assert (other.low, other.high) == pytest.approx((-one.high, -one.low))
    assert one.low <= one.difference <= one.high
    if one.better is not Better.TIED:
        assert one.p < SIGNIFICANT and one.low * one.high > 0


def test_wilson_as_in_the_literature() -> None:
    """Newcombe, Statistics in Medicine 17 (1998), table I."""
    for right, n, low, high in (
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ):
        assert wilson(right, n) == pytest.approx((low, high), abs=0.0001)
    assert wilson(0, 0) == (0, 1)
