"""Whom a pool needs: found where it is known, and no better than it is."""

import math

import numpy as np
import pytest

from moe_core.advice import Advice, Allows, Cost, Table, advise, crossed
from moe_core.contributions import RIGHT
from moe_core.evidence import Evidence, folds_of
from moe_core.votes import vote
from tests.moe_core.evidences import Rule, evidence, only


def never(place: int, of: str) -> bool:
    return False


def specialists(size: int = 60) -> Evidence:
    """One for each skill, two that know nothing, and one that is not in the pool."""
    return evidence(
        {
            "algebra": only("algebra"),
            "nothing": never,
            "geometry": only("geometry"),
            "no more": never,
            "law": only("law"),
            "all": lambda place, of: True,
        },
        size,
    )


def shares(advice: Advice) -> list[float]:
    return [round(float(choice.right.mean()), 2) for choice in advice.sizes]


@pytest.fixture(scope="module")
def found() -> Advice:
    """Fitting forecasts takes seconds: once for all that is asked of it."""
    limits: dict[str, Allows] = {
        "two": lambda subset, seats: len(subset) <= 2,
        "not the first": lambda subset, seats: 0 not in subset,
        "nobody": lambda subset, seats: False,
        "seldom": lambda subset, seats: bool(seats[4] < 0.3),
    }
    costs: dict[str, Cost] = {
        "loads": lambda subset, seats: float(len(subset)),
        "of the last": lambda subset, seats: 1.0 if 4 in subset else 0.0,
        "unknown": lambda subset, seats: None,
    }
    return advise(specialists(), pool=5, k=1, limits=limits, costs=costs)


def test_three_specialists_are_all_that_a_pool_needs(found: Advice) -> None:
    assert [len(choice.subset) for choice in found.sizes] == [1, 2, 3, 4, 5]
    assert found.sizes[2].subset == (0, 2, 4)
    assert shares(found)[2:] == [1.0, 1.0, 1.0]
    assert 0.4 < shares(found)[1] < 0.7, "which two of three are chosen is chance"
    assert found.sizes[2].seats == pytest.approx([1 / 3, 0, 1 / 3, 0, 1 / 3])
    assert {column: round(float(r.mean()), 2) for column, r in found.without.items()} == {
        0: 0.67, 1: 1.0, 2: 0.67, 3: 1.0, 4: 0.67
    }  # fmt: skip
    assert found.added.keys() == {5} and found.added[5].all()


def test_the_best_within_limits(found: Advice) -> None:
    two, other = found.limits["two"], found.limits["not the first"]
    assert two is not None and other is not None and found.limits["nobody"] is None
    assert len(two.subset) == 2 and other.subset == (2, 4), "of equals the smallest"
    assert round(float(other.right.mean()), 2) == 0.67
    seldom = found.limits["seldom"]
    assert seldom is not None and 4 not in seldom.subset


def test_the_best_for_any_budget(found: Advice) -> None:
    """Each step is better than what is cheaper, and judged as the limits are."""
    loads = found.budgets["loads"]
    assert [(step.budget, len(step.choice.subset)) for step in loads] == [(1, 1), (2, 2), (3, 3)]
    two = found.limits["two"]
    assert two is not None and loads[1].choice.subset == two.subset
    assert (loads[1].choice.right == two.right).all() and loads[2].choice.right.all()
    without, everybody = found.budgets["of the last"]
    assert (without.budget, everybody.budget) == (0, 1)
    assert without.choice.subset == (0, 2) and everybody.choice.subset == (0, 2, 4)
    assert found.budgets["unknown"] == []


def test_the_luckiest_of_many_is_not_thought_better_than_it_is() -> None:
    """Experts that are right by chance, each half of the time: none is any better."""
    outcomes = np.random.default_rng(1).random((50, 6)) < 0.5
    luckiest = outcomes.mean(axis=0).max()
    judged = advise(_as_seen(outcomes), pool=6, k=1).sizes[0].right.mean()
    assert luckiest > 0.57 and judged < luckiest - 0.05


def _as_seen(outcomes: np.ndarray) -> Evidence:
    def rule(column: int) -> Rule:
        return lambda place, of: bool(outcomes[place, column])

    n, experts = outcomes.shape
    return evidence({str(column): rule(column) for column in range(experts)}, n)


def test_a_question_has_no_part_in_its_own_forecast() -> None:
    seen = specialists(30)
    folds = folds_of(30, 2)
    table = crossed(seen, 2)
    other = seen.right.copy()
    other[folds[0]] = 1 - other[folds[0]]
    turned = Evidence(
        seen.experts, seen.questions, seen.stated, other, seen.doubts, seen.skills,
        seen.vectors, seen.skill_vectors,
    )  # fmt: skip
    assert crossed(turned, 2).chances[folds[0]] == pytest.approx(table.chances[folds[0]])


def test_a_subset_answers_as_the_vote_of_its_seats() -> None:
    rng = np.random.default_rng(1)
    n, e, k = 200, 6, 3
    table = Table(rng.uniform(0.05, 0.95, (n, e)), rng.integers(-1, 3, (n, e)), np.full(n, 4.0))
    subset = (0, 2, 3, 5)
    seats = table.seats(subset, k)
    for row, is_right in enumerate(table.right(subset, k)):
        best = sorted(subset, key=lambda c: -table.chances[row, c])[:k]
        assert seats[row].tolist() == best
        said = [None if code < 0 else str(code) for code in table.said[row, best].tolist()]
        p = table.chances[row, best]
        weights = [math.log(one / (1 - one)) + math.log(3) for one in p.tolist()]
        assert (vote(said, weights) == str(RIGHT)) == is_right
