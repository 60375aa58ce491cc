"""Shares of log-odds, on tables worked by hand."""

from math import exp, inf, log

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moe_core.contributions import NOTHING, RIGHT, Floats, Ints
from moe_core.shares import LEAST, MOST, SMALLEST, TO_ONE, Scores, Shares, chosen_pull, fitted
from tests.moe_core.evidences import every, evidence

MANY = 2000  # times the same questions: next to them no pull counts


def scores(said: list[list[int]], odds: float = 1.0, options: int = 2, times: int = 1) -> Scores:
    """Of the same questions so many times; each expert's log-odds are alike."""
    rows: Ints = np.array(said * times)
    adds: Floats = np.full(rows.shape, odds)
    return Scores.of(rows, adds, np.full(len(rows), options))


def test_one_expert_of_two_options() -> None:
    """Right in three of four: P(right) = e^s / (e^s + 1) is 3/4 for s = log 3."""
    table = [[RIGHT]] * 3 + [[1]]
    assert fitted(scores(table, times=MANY), 3) == pytest.approx([log(3)], abs=1e-3)
    assert fitted(scores(table, 2.0, times=MANY), inf) == pytest.approx([log(3) / 2], abs=1e-3)


def test_one_expert_of_ten_options() -> None:
    """Right in half: e^s / (e^s + 9) is 1/2 for s = log 9; nine options are one candidate."""
    half = scores([[RIGHT], [1]], options=10)
    assert half.options.tolist() == [[1, 9], [1, 9]] and half.right.tolist() == [0, 1]
    many = scores([[RIGHT], [1]], options=10, times=MANY)
    assert fitted(many, 3) == pytest.approx([log(9)], abs=3e-3)


def test_few_questions_are_pulled_towards_one() -> None:
    """4 (3/4 - p) = TO_ONE (share - 1), where the derivatives of both costs meet."""
    share = float(fitted(scores([[RIGHT]] * 3 + [[1]], odds=0.5), 3)[0])
    p = exp(share / 2) / (exp(share / 2) + 1)
    assert 0.5 * 4 * (0.75 - p) == pytest.approx(TO_ONE * (share - 1), abs=1e-3)


def test_a_copy_halves_what_each_adds() -> None:
    copied = scores([[RIGHT, RIGHT]] * 3 + [[1, 1]], times=MANY)
    for pull in (3.0, inf):
        assert fitted(copied, pull) == pytest.approx([log(3) / 2] * 2, abs=2e-3)


def test_the_strongest_pull_makes_shares_equal() -> None:
    differing = scores([[RIGHT, 1], [RIGHT, 1], [RIGHT, 2], [1, RIGHT]], options=4, times=9)
    free, equal = fitted(differing, 0.0), fitted(differing, inf)
    assert free[0] > free[1] + 0.5 and equal[0] == equal[1]
    nearly = fitted(differing, 1e5)
    assert nearly == pytest.approx(equal, abs=0.01)


def test_who_is_worse_than_chance_adds_next_to_nothing_rather_than_less() -> None:
    bad = scores([[RIGHT]] + [[1]] * 4, times=MANY)
    assert fitted(bad, 3).tolist() == [SMALLEST]


def test_losses_are_those_of_the_table() -> None:
    """Two experts, three options, worked out: A gets 1, B 2, C nothing."""
    table = Scores.of(np.array([[1, RIGHT]]), np.array([[1.0, 2.0]]), np.array([3]))
    loss, slopes = table.losses(np.ones(2))
    total = exp(1) + exp(2) + 1
    assert loss == pytest.approx([-log(exp(2) / total)])
    assert slopes[0] == pytest.approx([exp(1) / total, 2 * exp(2) / total - 2])


def test_what_is_the_same_is_one_candidate_and_nothing_is_none() -> None:
    table = Scores.of(np.array([[RIGHT, RIGHT, NOTHING]]), np.ones((1, 3)), np.array([4]))
    assert table.options.tolist() == [[1, 0, 0, 3]] and table.right.tolist() == [0]
    assert table.adds[0].tolist() == [[1, 1, 0], [1, 1, 0], [0, 0, 0], [0, 0, 0]]


def test_where_all_options_are_stated_and_none_is_right_nothing_is_learned() -> None:
    nothing = scores([[1, 2]], options=2)
    assert len(nothing.right) == 0 and fitted(nothing, 3).tolist() == [1, 1]


def test_the_questions_decide_how_strong_the_pull_is() -> None:
    """Two who are right alike often need no shares of their own; of two of whom one is right more
    often than its log-odds say, and the other less, shares differ."""
    rng = np.random.default_rng(0)
    alike = np.where(rng.random((300, 2)) < 0.6, RIGHT, rng.integers(1, 4, (300, 2))).tolist()
    assert chosen_pull(scores(alike, options=4)) >= 100
    unlike = np.where(rng.random((300, 2)) < (0.9, 0.3), RIGHT, rng.integers(1, 4, (300, 2)))
    assert chosen_pull(scores(unlike.tolist(), options=4)) < 100


def test_of_few_questions_every_share_is_one() -> None:
    few = evidence({"ann": every(2), "ben": every(3)}, LEAST - 1)
    assert Shares(few, np.full((LEAST - 1, 2), 0.5)).of([0, 1]) == {0: 1.0, 1: 1.0}
    none = evidence({"ann": every(2)}, 5).only([])
    assert Shares(none, np.zeros((0, 1))).of([0]) == {0: 1.0}


def test_of_very_many_questions_some_are_taken() -> None:
    many = evidence({"ann": every(2), "ben": every(3)}, MOST + 50)
    some = Shares(many, np.full((MOST + 50, 2), 0.5)).of([0, 1])
    whole = Shares(many.only(range(MOST)), np.full((MOST, 2), 0.5)).of([0, 1])
    assert some == pytest.approx(whole, abs=0.1)


@given(
    st.lists(st.lists(st.integers(NOTHING, 3), min_size=3, max_size=3), min_size=1, max_size=12),
    st.permutations(range(3)),
    st.sampled_from([3.0, 30.0, inf]),
)
@settings(max_examples=15, deadline=None)
def test_the_order_of_experts_does_not_matter(
    said: list[list[int]], order: list[int], pull: float
) -> None:
    there = scores(said, options=5)
    moved = scores([[row[place] for place in order] for row in said], options=5)
    assert fitted(moved, pull) == pytest.approx(fitted(there, pull)[list(order)], abs=1e-3)


def test_a_seat_asked_for_again_is_not_fitted_again() -> None:
    shares = Shares(evidence({"ann": every(2), "ben": every(3)}, 40), np.full((40, 2), 0.5))
    assert shares.of([1, 0]) is shares.of([0, 1])
    assert shares.of([0, 0, 1]).keys() == {0, 1}
