"""RouteLLM's pair, by hand."""

import numpy as np
import pytest

from moe_core.comparators.pair import Pair
from tests.moe_core.comparators.tables import at, table


def test_the_weighted_share_of_comparisons_won() -> None:
    # The pair is ann and ben, whom two questions tell apart; kim is weaker.
    evidence = table([0, 90], ann="10", ben="01", kim="00")
    # At 0 degrees the first weighs 10 ** 2, the second 10 ** 1.
    found = Pair(evidence).of(at(0, 90, 45))
    assert found[:, :2] == pytest.approx(
        np.array([[100 / 110, 10 / 110], [10 / 110, 100 / 110], [0.5, 0.5]]), abs=1e-5
    )
    assert (found[:, 2] < 0).all()


def test_ties_count_half_and_what_is_not_compared_does_not() -> None:
    evidence = table([0, 0, 0, 0], ann="111-", ben="1011", kim="0000")
    # Ben is right on 3 of 4, ann on 3 of 3. One tie, one win, one tie.
    assert Pair(evidence).pair == [0, 1]
    assert Pair(evidence).of(at(0))[0, :2] == pytest.approx([2 / 3, 1 / 3])


def test_one_expert_is_its_own_pair() -> None:
    assert Pair(table([0, 90], ann="10")).of(at(0)).shape == (1, 1)
