"""What is best for a pool, and what is cheaper and not clearly worse, on questions held back."""

from dataclasses import replace

import numpy as np
import pytest

from moe_core.best import LEAST, THREE, Best, best_for, candidates
from moe_core.errors import RecruitingError
from moe_core.evidence import Evidence
from moe_core.methods import method_named, recruiter_of
from moe_core.paired import Better
from tests.moe_core.evidences import every, evidence, only

SPECIALISTS = {"ann": only("algebra"), "ben": only("law"), "kim": only("geometry")}


def of(found: Best, name: str) -> float:
    return next(e.accuracy for e in found.estimates if e.candidate.name == name)


def test_specialists_are_worth_asking_one_by_one() -> None:
    """The weighted vote of all three knows whom to believe, at three times the cost."""
    found = best_for(evidence(SPECIALISTS, 90))
    assert found.best.candidate.name == found.cheapest.candidate.name == "ours-1"
    assert of(found, "ours-1") == of(found, THREE) == 100 and of(found, "single") < 50
    assert found.best.seats == 1 and found.best.over_three.better is Better.TIED
    assert (found.questions, found.folds) == (90, 5)


def test_where_nobody_is_special_the_cheapest_is_the_single_best() -> None:
    """Ben and kim are right where ann is, or less often: asking them changes nothing."""
    found = best_for(evidence({"ann": every(2), "ben": every(4), "kim": every(8)}, 120, skills=()))
    assert found.best.candidate.name == "single" == found.cheapest.candidate.name
    assert found.best.accuracy == pytest.approx(50) and found.best.error == pytest.approx(
        4.56, abs=0.01
    )


def test_figures_are_paired_by_question() -> None:
    found = best_for(evidence(SPECIALISTS, 90))
    for estimate in found.estimates:
        over = estimate.accuracy - of(found, THREE)
        assert estimate.over_three.difference == pytest.approx(over)
        assert estimate.below.difference <= 0
    assert [e.cost for e in found.estimates] == sorted(e.seats for e in found.estimates)


def test_costs_decide_who_is_cheapest() -> None:
    known = evidence({"ann": every(1), "ben": every(1), "kim": every(2)}, 60, skills=())
    dear = best_for(known, costs={"ann": 9.0, "ben": 1.0, "kim": 1.0})
    assert [e.cost for e in dear.estimates] == sorted(e.cost for e in dear.estimates)
    assert dear.estimates[-1].cost == pytest.approx(11) and dear.best.accuracy == 100


def test_a_loss_that_is_allowed_buys_a_cheaper_one() -> None:
    known = evidence(SPECIALISTS, 90)
    assert best_for(known, loss=100).best.candidate.name in ("single", "ours-1")
    assert best_for(known, loss=0).best.accuracy == 100


def test_the_cheapest_is_never_dearer_than_the_best() -> None:
    """Three right on most questions: few questions cannot tell two of them from one."""
    known = evidence({"ann": every(2), "ben": every(3), "kim": every(5)}, 40, skills=())
    found = best_for(known, loss=0)
    assert found.cheapest.cost <= found.best.cost
    assert found.best.accuracy == max(e.accuracy for e in found.estimates)
    assert found.cheapest.below.better is not Better.FIRST


def test_questions_without_gold_answers_are_left_out() -> None:
    known = evidence(SPECIALISTS, 90)
    ungraded = known.right.copy()
    ungraded[::3] = np.nan
    assert best_for(replace(known, right=ungraded)).questions == 60


@pytest.mark.parametrize("size", [0, LEAST - 1])
def test_few_questions_tell_nothing(size: int) -> None:
    with pytest.raises(RecruitingError, match=f"only {size} validation questions.*too few"):
        best_for(evidence(SPECIALISTS, 90).only(range(size)))


def test_a_pool_of_two_has_two_seats() -> None:
    two: Evidence = evidence({"ann": only("law"), "ben": only("algebra")}, 60)
    assert {e.candidate.k for e in best_for(two).estimates} == {1, 2}


def test_what_is_held_back_is_not_learned_from() -> None:
    """The right answer of a question cannot move the seats that it is answered by."""
    rng = np.random.default_rng(0)
    drawn = rng.random((80, 3)) < 0.5
    rules = {n: (lambda place, _, c=c: bool(drawn[place, c])) for c, n in enumerate("abc")}
    found = best_for(evidence(rules, 80, options=(), skills=()))
    assert all(abs(e.accuracy - 50) < 20 for e in found.estimates)


def test_every_candidate_is_a_run_that_can_be_started() -> None:
    for candidate in candidates(3):
        method = method_named(candidate.method)
        chosen = recruiter_of(method, "" if method.recruiter else candidate.recruiter)
        assert chosen.name == candidate.recruiter
