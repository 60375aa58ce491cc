"""Several ways at once: Holm's rule, ranks with ties, and the leader."""

import numpy as np
import pytest

from moe_core.paired import Better, Pairs, compare, compare_all
from moe_core.standings import Rank, standings, standings_of


def test_holm_by_hand() -> None:
    """Times 4 for the smallest p, then 3, 2 and 1, and never less than the one before."""
    counts = [Pairs(50, 1, 11, 50), Pairs(50, 1, 9, 50), Pairs(50, 0, 10, 50), Pairs(50, 3, 3, 50)]
    alone = [compare(pairs).p for pairs in counts]
    assert alone == pytest.approx([0.00635, 0.02148, 0.00195, 1], abs=1e-5)
    raised = [found.p for found in compare_all(counts)]
    assert raised == pytest.approx([3 * alone[0], 2 * alone[1], 4 * alone[2], 1])
    assert [found.better for found in compare_all(counts)] == [
        "second",
        *["second", "second"],
        "tied",
    ]
    (alike, other) = compare_all([Pairs(5, 0, 6, 5), Pairs(5, 0, 6, 5)])
    assert alike.p == other.p == pytest.approx(2 * 0.03125)
    assert alike.better is Better.TIED, "alone it would be a difference"
    assert compare(Pairs(5, 0, 6, 5)).better is Better.SECOND


def test_one_comparison_is_what_it_is_alone() -> None:
    assert compare_all([Pairs(100, 5, 30, 80)]) == [compare(Pairs(100, 5, 30, 80))]
    assert compare_all([]) == []


def test_mirrored() -> None:
    found = compare(Pairs(100, 5, 30, 80))
    assert found.mirrored == compare(Pairs(100, 30, 5, 80))
    assert found.mirrored.mirrored == found


def test_ranks_with_ties() -> None:
    """Two that differ by one question lead a third by far; a fourth knows nothing."""
    found = standings(
        4,
        {
            (True, True, False, False): 60,
            (True, True, True, False): 100,
            (True, False, False, False): 2,
            (False, True, False, False): 1,
            (False, False, False, False): 40,
        },
    )
    assert found.questions == 203 and found.right == (162, 161, 100, 0)
    assert [str(found.rank(way)) for way in range(4)] == [
        "1\N{EN DASH}2",
        "1\N{EN DASH}2",
        "3",
        "4",
    ]
    assert found.order == [0, 1, 2, 3]
    assert found.tied_with(0) == [1] and found.tied_with(2) == []
    assert found.is_better(0, 2) and not found.is_better(2, 0) and not found.is_better(0, 1)
    assert found.against(0, 2).difference == pytest.approx(100 * 62 / 203)
    assert found.against(2, 0).difference == pytest.approx(-100 * 62 / 203)
    assert found.share(2).percent == pytest.approx(100 * 100 / 203)


def test_rows_and_patterns_are_one() -> None:
    right = np.random.default_rng(0).random((300, 5)) < [0.2, 0.5, 0.55, 0.6, 0.9]
    patterns: dict[tuple[bool, ...], int] = {}
    for row in right:
        key = tuple(bool(one) for one in row)
        patterns[key] = patterns.get(key, 0) + 1
    assert standings_of(right) == standings(5, patterns)
    for one in range(5):
        for other in range(5):
            if one != other:
                gained = int((right[:, one] & ~right[:, other]).sum())
                lost = int((right[:, other] & ~right[:, one]).sum())
                told = standings_of(right).against(one, other)
                assert told.difference == pytest.approx(100 * (gained - lost) / 300)


def test_nothing_in_common() -> None:
    found = standings(2, {})
    assert found.questions == 0 and found.right == (0, 0)
    empty = standings_of(np.zeros((0, 3), dtype=bool))
    assert [empty.rank(way) for way in range(3)] == [Rank(1, 3)] * 3
    assert empty.tied_with(0) == [1, 2]
