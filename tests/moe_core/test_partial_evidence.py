"""Evidence in which experts were not asked everything: a question not asked says nothing."""

from collections.abc import Sequence
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from moe_core import mixtures
from moe_core.advice import advise
from moe_core.best import best_for
from moe_core.complements import PRIOR_SPLIT, Together
from moe_core.errors import RecruitingError
from moe_core.evidence import Evidence, expected_shares
from moe_core.forecast import Forecast
from moe_core.mixtures import Outcomes, averaged
from moe_core.profiles import Cell, Profile
from moe_core.recruitment import Asked
from moe_core.shares import Shares
from tests.moe_core.evidences import VECTORS, every, evidence, only

SPECIALISTS = {"ann": only("algebra"), "ben": only("law"), "kim": only("geometry")}


def asked_some(of: Evidence, expert: str, rows: Sequence[int]) -> Evidence:
    """The same, had the expert been asked these questions alone."""
    asked = np.ones(of.right.shape, dtype=bool)
    asked[:, of.place[expert]] = np.isin(np.arange(len(asked)), rows)
    return of.where(asked)


def chances(of: Evidence, skill: str) -> list[float]:
    found = Forecast(of).chances([Asked([skill], VECTORS[skill])])
    return [float(chance) for chance in found.right[0]]


def test_shares_by_hand() -> None:
    """Ann is right on the first question and wrong on the second, as is ben, who was asked the
    second alone. With a and b for them and p and q for the eases of the questions, least squares
    has p = (1 - a) / 2, q = -(a + b) / 3, 2 a = 1 - p - q and b = -q: so a = 1/2 and b = 1/4, for
    ben may have been right on the first, and had no chance to be."""
    right, seen = np.array([[1.0, 0.0], [0.0, 0.0]]), np.array([[1.0, 0.0], [1.0, 1.0]])
    assert expected_shares(right, seen) == pytest.approx([1 / 2, 1 / 4])


@given(st.integers(1, 5), st.integers(1, 12), st.integers(0, 10**6))
def test_shares_are_plain_where_all_are_asked(experts: int, questions: int, seed: int) -> None:
    right = np.random.default_rng(seed).integers(0, 2, (questions, experts)).astype(float)
    assert expected_shares(right, np.ones_like(right)) == pytest.approx(right.mean(axis=0))


def test_who_was_asked_nothing_is_as_good_as_the_pool() -> None:
    known = asked_some(evidence({"ann": every(2), "ben": every(2), "kim": every(1)}, 40), "kim", [])
    assert known.strength == pytest.approx([0.5] * 3, abs=0.01)
    assert not known.unasked.any() and len(known.asked_of_all) == 40


def test_some_that_failed_are_no_choice_of_questions() -> None:
    """Of 100 questions one failed: the others' answers to it still tell teams apart."""
    known = evidence({"ann": every(2), "ben": every(3)}, 100)
    assert not asked_some(known, "ben", range(1, 100)).unasked.any()
    assert asked_some(known, "ben", range(50)).unasked.sum() == 50
    assert asked_some(known, "ben", range(50)).asked_of_all.tolist() == list(range(50))


def test_half_of_the_questions_show_the_same_specialists() -> None:
    whole = evidence(SPECIALISTS, 90)
    half = asked_some(asked_some(whole, "ben", range(0, 90, 2)), "kim", range(0, 90, 2))
    for skill, expert in (("algebra", 0), ("law", 1), ("geometry", 2)):
        found = chances(half, skill)
        assert np.argmax(found) == expert and found[expert] > 0.75


def test_a_question_not_asked_is_not_wrong() -> None:
    """Kim is right on all that it was asked, a third; it is the best, and so it is recruited."""
    rules = {"ann": every(2), "ben": every(3), "kim": every(1)}
    rows = np.random.default_rng(1).permutation(90)[:30].tolist()
    third = asked_some(evidence(rules, 90), "kim", rows)
    assert third.strength.argmax() == 2 and np.argmax(chances(third, "law")) == 2
    assert Profile.of(third).strongest[0] == "kim"
    assert Profile.of(third).answered["kim"] == Cell(30, 0)


def test_scores_are_those_of_as_many_questions() -> None:
    """10 of 30 asked, all right: the paper's score is that of 30, in each skill."""
    known = asked_some(evidence({"ann": every(1), "kim": every(1)}, 30), "kim", range(10))
    cells, scores = Profile.of(known).cells, Profile.of(known).scores
    assert cells["kim"]["algebra"] == Cell(4, 0) and scores["kim"]["algebra"] == 12
    assert scores["ann"] == {"algebra": 10, "geometry": 10, "law": 10}


def test_a_seat_that_was_not_asked_leaves_no_vote_open() -> None:
    """Ann and ben disagree on every other question, where kim is always right. Of what ben was not
    asked nothing can be said."""
    rules = {"ann": every(2), "ben": lambda *_: True, "kim": lambda *_: True}
    whole = evidence(rules, 40)
    half = asked_some(whole, "ben", range(20))
    expected = half.strength[2] * 20 / (half.strength * 10).sum()
    assert Together(half).bonus([0, 1])[2] == pytest.approx(
        (10 - 10 * expected) / (10 + PRIOR_SPLIT)
    )


def test_shares_are_fitted_to_what_the_team_was_asked() -> None:
    whole = evidence({"ann": every(2), "kim": every(3)}, 60)
    chances = np.full((60, 2), 0.4)
    some = Shares(asked_some(whole, "kim", range(40)), chances).of([0, 1])
    assert some == Shares(whole.only(range(40)), chances[:40]).of([0, 1])
    assert Shares(asked_some(whole, "kim", range(10)), chances).of([0, 1]) == {0: 1.0, 1: 1.0}


def test_ways_are_judged_by_what_all_were_asked() -> None:
    some = asked_some(evidence(SPECIALISTS, 45), "kim", range(30))
    assert best_for(some, folds=2).questions == 30
    with pytest.raises(RecruitingError, match=r"only 10 .* asked of every"):
        best_for(asked_some(some, "ben", range(20, 45)))


def test_advice_is_of_what_all_were_asked() -> None:
    some = asked_some(evidence(SPECIALISTS, 18), "kim", range(12))
    assert len(advise(some, 2).whole.right) == 12


def test_the_average_with_gaps_is_that_of_all_mixtures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Against the textbook: each column by the questions that it saw."""
    ratios, size = (0.0, 0.25, 2.0), 12
    monkeypatch.setattr(mixtures, "RATIOS", ratios)
    rng = np.random.default_rng(4)
    points = rng.standard_normal((size, 2))
    kernel = np.exp(-((points[:, None] - points) ** 2).sum(axis=2))
    domains = np.eye(4)[rng.integers(4, size=size)]
    values = rng.standard_normal((size, 3))
    values[:4, 0] = values[3:6, 2] = np.nan
    chance = rng.uniform(0.5, 1.5, size)

    evidences, of_kernel, of_domains = [], [], []
    for ratio, of_domain in product(ratios, repeat=2):
        covariance = np.diag(chance) + ratio * kernel + of_domain * domains @ domains.T
        solved, determinant, left, seen = np.zeros((size, 3)), 0.0, 0.0, 0
        for column in range(3):
            rows = np.flatnonzero(~np.isnan(values[:, column]))
            block = covariance[np.ix_(rows, rows)]
            solved[rows, column] = np.linalg.solve(block, values[rows, column])
            determinant += np.linalg.slogdet(block)[1]
            left += values[rows, column] @ solved[rows, column]
            seen += len(rows)
        evidences.append(-0.5 * 0.8 * (determinant + seen * np.log(left / (0.8 * seen))))
        of_kernel.append(ratio * solved)
        of_domains.append(of_domain * domains.T @ solved)
    weights = np.exp(np.array(evidences) - max(evidences))
    weights /= weights.sum()

    [found] = averaged([kernel.astype(np.float32)], domains, [Outcomes(values, 0.8)], chance)
    assert found.kernels[0] == pytest.approx(np.tensordot(weights, of_kernel, 1), abs=1e-6)
    assert found.domains == pytest.approx(np.tensordot(weights, of_domains, 1), abs=1e-6)
