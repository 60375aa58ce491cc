"""Who leads is told with whom chance may set behind it."""

import numpy as np
import pytest

from moe_core.leaders import Lead, lead

nan = np.nan


def outcomes(*shares: int, n: int) -> np.ndarray:
    """Experts of which the first has the first `shares[0]` of n questions right, and so on."""
    return np.array([[float(row < right) for right in shares] for row in range(n)])


def test_few_questions_tell_nobody_from_the_leader() -> None:
    assert lead(outcomes(4, 0, 1, n=4)) == Lead((0,), (1, 2), ())


def test_many_tell_those_far_behind_and_not_those_near() -> None:
    # 40 of 60 against 37: three questions divide them, p = 0.25; against 20, twenty do.
    assert lead(outcomes(20, 40, 37, n=60)) == Lead((1,), (2,), (0,))


def test_who_is_told_alone_may_not_be_told_among_many() -> None:
    # Seven questions divide the two: p = 0.016, which of one comparison tells, of four does not.
    assert lead(outcomes(7, 0, n=20)) == Lead((0,), (), (1,))
    assert lead(outcomes(7, 0, 0, 0, 0, n=20)) == Lead((0,), (1, 2, 3, 4), ())


def test_equals_lead_together_and_others_are_told_from_each() -> None:
    right = outcomes(10, 10, 4, n=12)
    assert lead(right) == Lead((0, 1), (), (2,)), "six questions divide it from either"
    right[:, 1] = right[::-1, 1]  # right on two of the third's, and on eight others
    assert lead(right) == Lead((0, 1), (2,), ())


def test_no_answer_counts_for_nobody() -> None:
    right = np.array([[1, nan, 0, nan], [0, nan, 1, nan], [1, 1, 1, nan], [1, nan, nan, nan]])
    assert lead(right) == Lead((0,), (1, 2), ()), "one of one leads nobody who answered four"


@pytest.mark.parametrize("shape", [(0, 0), (0, 3), (4, 0)])
def test_of_nothing_nobody_leads(shape: tuple[int, int]) -> None:
    assert lead(np.full(shape, nan)) == Lead((), (), ())
