"""Bandit feedback: who is asked, and what is known afterwards, by hand."""

import numpy as np
import pytest

from moe_core.comparators.bandit import Bandit
from tests.moe_core.comparators.tables import at, table


def test_only_the_chosen_experts_outcome_is_seen() -> None:
    """Questions that read alike: only the intercept learns, and who is right stays chosen.

    After n right answers of ann, n / (n + 1) plus 1 / sqrt(n + 1) is over 1, all that ben may hope.
    """
    fitted = Bandit(table([0] * 9, ann="1" * 9, ben="1" * 9))
    assert fitted.asked.tolist() == [9, 0]
    assert fitted.of(at(0)) == pytest.approx(np.array([[9 / 10, 0.0]]))


def test_who_is_wrong_is_left_for_another() -> None:
    # Ann is wrong once: 0 + 1 / sqrt(2) is less than ben may hope, who then is right.
    fitted = Bandit(table([0] * 9, ann="0" * 9, ben="1" * 9))
    assert fitted.asked.tolist() == [1, 8]


def test_what_was_never_recorded_is_not_asked() -> None:
    fitted = Bandit(table([0, 0, 0], ann="---", ben="01-"))
    assert fitted.asked.tolist() == [0, 2]


def test_where_texts_tell_it_learns_who_is_good_at_what() -> None:
    near = np.linspace(0, 20, 60)
    sides = table([*near, *(near + 120)], ann="1" * 60 + "0" * 60, ben="0" * 60 + "1" * 60)
    fitted = Bandit(sides)
    assert fitted.asked.sum() == 120
    assert fitted.of(at(10, 130)).argmax(axis=1).tolist() == [0, 1]
