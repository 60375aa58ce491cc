"""CARROT's regression: a slope by hand, and what it says of a question that is left out."""

import numpy as np
import pytest

from moe_core.comparators.regressed import Regressed, Ridge
from tests.moe_core.comparators.tables import at, table


def test_a_slope_by_hand() -> None:
    """Two questions, opposite to each other: the slope is (0.5 + 0.5) / (2 + penalty)."""
    fit = Ridge(at(0, 180), np.array([[1.0], [0.0]]), penalty=1.0)
    assert fit.of(at(0, 90, 180)) == pytest.approx(
        np.array([[0.5 + 1 / 3], [0.5], [0.5 - 1 / 3]]), abs=1e-6
    )


def test_a_question_left_out_is_told_by_the_others() -> None:
    vectors = at(0, 20, 45, 80, 100, 170)
    targets = np.array([[1.0, 0], [1, 0], [0, 1], [0, 0], [1, 1], [0, 1]])
    fit = Ridge(vectors, targets, penalty=0.5)
    inputs = vectors - vectors.mean(axis=0)
    rest = targets - targets.mean(axis=0)
    for row in range(len(vectors)):
        others = np.arange(len(vectors)) != row
        gram = inputs[others].T @ inputs[others] + 0.5 * np.eye(2)
        slopes = np.linalg.solve(gram, inputs[others].T @ rest[others])
        assert fit.left_out[row] == pytest.approx(targets.mean(axis=0) + inputs[row] @ slopes)


def test_estimates_are_chances_and_follow_the_text() -> None:
    sides = table([*range(8), *range(82, 90)], ann="1" * 8 + "0" * 8, ben="0" * 8 + "1-" * 4)
    found = Regressed(sides).of(at(0, 45, 90))
    assert ((found >= 0) & (found <= 1)).all()
    assert found[0, 0] > 0.6 > 0.4 > found[2, 0] and found[0, 1] < found[1, 1] < found[2, 1]
