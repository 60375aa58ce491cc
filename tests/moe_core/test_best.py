"""What is best for a pool, and what is cheaper and not clearly worse, on questions held back."""

from dataclasses import replace

import numpy as np
import pytest

from moe_core import best
from moe_core.best import Best, best_for, candidates
from moe_core.comparators.registry import COMPARATORS
from moe_core.crossing import LEAST
from moe_core.errors import RecruitingError
from moe_core.estimates import SINGLE, THREE, Estimate
from moe_core.evidence import Evidence
from moe_core.methods import method_named, recruiter_of
from moe_core.paired import Better
from moe_core.pays import Pays
from tests.moe_core.evidences import every, evidence, only


@pytest.fixture(autouse=True)
def few_comparators(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those that need no training, which takes seconds."""
    monkeypatch.setattr(best, "COMPARATORS", {name: COMPARATORS[name] for name in ("knn", "smcs")})


SPECIALISTS = {"ann": only("algebra"), "ben": only("law"), "kim": only("geometry")}


def of(found: Best, name: str) -> Estimate:
    return next(e for e in found.estimates if e.candidate.name == name)


def test_specialists_are_worth_asking_one_by_one() -> None:
    """The weighted vote of all three knows whom to believe, at three times the cost."""
    found = best_for(evidence(SPECIALISTS, 90))
    assert found.best.candidate.name == found.cheapest.candidate.name == "ours-1"
    assert of(found, "ours-1").accuracy == of(found, THREE).accuracy == 100
    assert of(found, SINGLE).accuracy < 50 and found.best.seats == 1
    assert found.answer.pays is Pays.IN_COST
    assert found.answer.text.startswith("Yes, in cost: as right as all three experts (0.0 ± ")
    assert (found.questions, found.folds) == (90, 5)


def test_where_three_cannot_know_all_routing_pays() -> None:
    """Each skill has two who know it, out of six: the three best are wrong together on one."""
    skills = ("algebra", "law", "geometry")
    six = {f"{skill}-{n}": only(skill) for skill in skills for n in (1, 2)}
    found = best_for(evidence(six, 120))
    assert found.answer.pays is Pays.YES and found.answer.text.startswith("Yes: +")
    assert found.best.candidate.routes and found.best.accuracy > 90
    over = found.best.over
    assert over[THREE].low > 0 and over[SINGLE].low > 0


def test_where_nobody_is_special_the_cheapest_is_the_single_best() -> None:
    """Ben and kim are right where ann is, or less often: asking them changes nothing."""
    found = best_for(evidence({"ann": every(2), "ben": every(4), "kim": every(8)}, 120, skills=()))
    assert found.best.candidate.name == SINGLE == found.cheapest.candidate.name
    assert found.best.accuracy == pytest.approx(50)
    assert found.best.error == pytest.approx(4.56, abs=0.01)
    assert found.answer.pays is Pays.NO
    assert "Not with these models: the single best expert does as well" in found.answer.text


def test_figures_are_paired_by_question() -> None:
    found = best_for(evidence(SPECIALISTS, 90))
    for estimate in found.estimates:
        for anchor in {SINGLE, THREE} - {estimate.candidate.name}:
            over = estimate.accuracy - of(found, anchor).accuracy
            assert estimate.over[anchor].points == pytest.approx(over)
        assert estimate.candidate.name not in estimate.over and estimate.below.difference <= 0
    assert [e.cost for e in found.estimates] == sorted(e.seats for e in found.estimates)


def test_looks_stand_apart() -> None:
    """The longest option is right, and nobody knows more than that the vote could learn."""
    known = evidence({"ann": every(2), "ben": lambda n, _: n % 2 == 1}, 120, skills=())
    questions = [replace(q, options=("a" * 40, "b", "c", "d")) for q in known.questions]
    found = best_for(replace(known, questions=questions))
    both = of(found, "ours")
    assert both.looks is not None and both.looks.accuracy == 100 > both.accuracy + 20
    assert both.looks.change.better is Better.SECOND
    assert of(found, THREE).looks is None and found.answer.pays is not Pays.YES


def test_costs_decide_who_is_cheapest() -> None:
    """Of three, kim need not be asked where the other two agree, as in a run."""
    known = evidence({"ann": every(1), "ben": every(1), "kim": every(2)}, 60, skills=())
    dear = best_for(known, costs={"ann": 9.0, "ben": 1.0, "kim": 1.0})
    assert [e.cost for e in dear.estimates] == sorted(e.cost for e in dear.estimates)
    assert of(dear, THREE).cost == pytest.approx(10) and dear.best.accuracy == 100


def test_experts_are_asked_until_two_votes_ahead() -> None:
    """Where the two first agree, who is right far more often, nobody else is asked."""
    five = {"ann": every(1), "ben": every(1), "kim": every(3), "lee": every(3), "moe": every(4)}
    ahead = of(best_for(evidence(five, 60, skills=())), "ahead")
    assert (ahead.accuracy, ahead.seats, ahead.candidate.stopping) == (100, 2, "two-ahead")
    assert ahead.candidate.title.endswith("until an answer is two votes ahead, five at most")
    assert "ahead" not in {one.name for one in candidates(3, 3)}


def test_who_reads_skills_pays_for_naming_them() -> None:
    """With the three best asked for every question nobody has to name any."""
    known = evidence(SPECIALISTS, 90)
    free, paid = best_for(known), best_for(known, naming=5.0)
    assert of(paid, "ours-1").cost == of(free, "ours-1").cost + 5 == 6
    assert of(paid, THREE).cost == of(free, THREE).cost
    assert paid.best.candidate.name == paid.cheapest.candidate.name == THREE


def test_a_loss_that_is_allowed_buys_a_cheaper_one() -> None:
    """Of plain ways, where routing does not pay: kim is right on a question more than ann."""
    known = evidence({"ann": every(2), "ben": every(2), "kim": every(8)}, 60, skills=())
    assert best_for(known, loss=100).best.candidate.name == SINGLE
    assert best_for(known, loss=0).best.accuracy == 50


def test_the_cheapest_is_never_dearer_than_the_best() -> None:
    """Three right on most questions: few questions cannot tell two of them from one."""
    known = evidence({"ann": every(2), "ben": every(3), "kim": every(5)}, 40, skills=())
    found = best_for(known, loss=0)
    assert found.cheapest.cost <= found.best.cost
    assert not found.cheapest.is_clearly_below
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
    found = best_for(two)
    assert {e.candidate.k for e in found.estimates} == {1, 2}
    assert of(found, THREE).candidate.title == "both experts, for every question"


def test_a_pool_of_one_has_nothing_to_route() -> None:
    found = best_for(evidence({"ann": every(2)}, 60))
    assert [e.candidate.name for e in found.estimates] == [SINGLE]
    assert found.answer.pays is Pays.ALONE and found.best is found.cheapest


def test_what_is_held_back_is_not_learned_from() -> None:
    """The right answer of a question cannot move the seats that it is answered by."""
    rng = np.random.default_rng(0)
    drawn = rng.random((80, 3)) < 0.5
    rules = {n: (lambda place, _, c=c: bool(drawn[place, c])) for c, n in enumerate("abc")}
    found = best_for(evidence(rules, 80, options=(), skills=()))
    assert all(abs(e.accuracy - 50) < 20 for e in found.estimates)


def test_every_candidate_is_a_run_that_can_be_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(best, "COMPARATORS", COMPARATORS)
    quick = {of.name for of in COMPARATORS.values() if not of.trained}
    assert {of.name for of in candidates(3, 16)} & COMPARATORS.keys() == quick
    # Of three experts all are seated, whoever ranks them.
    assert {of.name for of in candidates(3, 3)} & COMPARATORS.keys() == {"routellm"}
    for candidate in candidates(3, 16):
        method = method_named(candidate.method)
        chosen = recruiter_of(method, "" if method.recruiter else candidate.recruiter)
        assert chosen.name == candidate.recruiter
        assert candidate.seating.k == candidate.k
