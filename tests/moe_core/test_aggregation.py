"""From k responses to one answer: votes, trials, and who writes."""

import math
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moe_core.aggregation import VOTES, decide, trial, writer_named
from moe_core.errors import MethodError
from moe_core.profiles import PRIOR_QUESTIONS, Cell, Profile
from moe_core.values import Question
from moe_core.votes import OPEN_CHOICES, Ballot, vote


@pytest.mark.parametrize(
    ("answers", "winner"),
    [
        (["A", "B", "B"], "B"),
        (["A", "B", "C"], "A"),  # a tie goes to the earlier seat
        (["C", "B", "B", "C"], "C"),
        ([None, None, "B"], "B"),  # no answer casts no vote
        ([None, None, None], None),
        ([], None),
        (["34", "033", "33.0"], "033"),  # one answer in two spellings; shown as first written
    ],
)
def test_votes(answers: list[str | None], winner: str | None) -> None:
    assert vote(answers) == winner


@given(st.lists(st.none() | st.sampled_from("ABC"), max_size=9))
def test_nobody_has_more_votes_than_the_winner(answers: list[str | None]) -> None:
    votes = Counter(answer for answer in answers if answer is not None)
    winner = vote(answers)
    assert (winner is None) == (not votes)
    if winner is not None:
        assert votes[winner] == max(votes.values())


def test_weights_decide_instead_of_numbers() -> None:
    assert vote(["A", "B", "B"], [3.0, 1.0, 1.5]) == "A"
    assert vote(["A", "B", "B"], [2.0, 1.0, 1.5]) == "B"
    assert vote(["A", "B", None], [1.0, 1.0, 9.0]) == "A"  # a tie, and a seat without an answer
    assert vote(["033", "34", "33.0"], [1.0, 1.5, 1.0]) == "033"
    assert vote(["A", "B"], [-2.0, -1.0]) == "B"  # who is mostly wrong speaks against an answer


PROFILE = Profile(
    {"ann": {"law": Cell(90, 10)}, "ben": {"law": Cell(30, 70)}, "kim": {"law": Cell(20, 80)}}
)


def ballot(seats: list[str], options: int) -> Ballot:
    question = Question("Who owns it?", ("yes",) * options)
    return Ballot(question, seats, ["A"] * len(seats), skills=["law"])


def test_the_weighted_vote_believes_those_that_are_mostly_right() -> None:
    seats = ["ben", "kim", "ann"]
    weights = VOTES["weighted"](PROFILE, ballot(seats, 2))
    mean = (90 + PRIOR_QUESTIONS * 141 / 302) / (100 + PRIOR_QUESTIONS)
    p = (90 + PRIOR_QUESTIONS * mean) / (100 + PRIOR_QUESTIONS)
    assert weights[2] == pytest.approx(
        math.log(p / (1 - p))
    )  # with two options log(options - 1) is 0
    assert vote(["A", "A", "B"], weights) == "B"
    assert vote(["A", "A", "B"], VOTES["majority"](PROFILE, ballot(seats, 2))) == "A"


def test_among_many_options_two_that_agree_are_believed() -> None:
    """With ten options, two poor experts rarely make the same mistake; with two, half the time."""
    seats = ["ben", "kim", "ann"]
    many = VOTES["weighted"](PROFILE, ballot(seats, 10))
    assert all(weight > 0 for weight in many)
    assert vote(["A", "A", "B"], [*many[:2], 2.0]) == "A"
    assert VOTES["weighted"](PROFILE, ballot(seats, 0)) == VOTES["weighted"](
        PROFILE, ballot(seats, OPEN_CHOICES)
    )


def test_an_expert_without_a_record_has_a_weight() -> None:
    (weight,) = VOTES["weighted"](Profile({"new": {}}), ballot(["new"], 4))
    assert weight == pytest.approx(math.log(3))  # right half the time, one of three mistakes


def test_a_trial_is_one_right_and_two_wrong() -> None:
    right, wrong = ["r1", "r2"], ["w1", "w2", "w3"]
    drawn = [trial(right, wrong, seed) for seed in range(200)]
    for texts in drawn:
        assert texts is not None
        assert len(texts) == len(set(texts)) == 3
        assert len(set(texts) & set(right)) == 1
    places = {next(i for i, text in enumerate(texts or []) if text in right) for texts in drawn}
    assert places == {0, 1, 2}  # shuffled
    assert trial(right, wrong, "seed") == trial(right, wrong, "seed")


@pytest.mark.parametrize(("right", "wrong"), [([], ["w1", "w2"]), (["r"], ["w"]), (["r"], [])])
def test_a_question_that_makes_no_trial_is_left_out(right: list[str], wrong: list[str]) -> None:
    assert trial(right, wrong, 0) is None


def test_the_best_in_trials_writes() -> None:
    decision = decide(
        {"poor": [True, False], "good": [True, True]},
        {"poor": [True] * 4, "good": [True, True, False, True]},
        voted={"majority": [True, False, True, True]},
    )
    assert decision.expert == "good"
    assert "good is right in 100.0 % of 2 trials" in decision.reason
    assert "loses 1, gains 1" in decision.reason


def test_a_tie_in_trials_goes_by_name() -> None:
    assert (
        decide({"b": [True], "a": [True]}, {"a": [True], "b": [True]}, {"majority": [True]}).expert
        == "a"
    )


def test_the_vote_takes_over_only_on_evidence() -> None:
    """Exact one-sided McNemar: 5 losses to none give p = 1/32, 4 give 1/16."""
    lost_five = decide({"a": [True]}, {"a": [False] * 5 + [True]}, {"majority": [True] * 6})
    assert lost_five.expert is None
    assert "p = 0.031" in lost_five.reason and "the majority vote writes" in lost_five.reason
    lost_four = decide({"a": [True]}, {"a": [False] * 4 + [True] * 2}, {"majority": [True] * 6})
    assert lost_four.expert == "a"
    assert "p = 0.062" in lost_four.reason


def test_the_better_vote_is_the_one_that_the_llm_must_stand_up_to() -> None:
    votes = {"majority": [True, False] * 4, "weighted": [True] * 8}
    decision = decide({"a": [True]}, {"a": [False] * 6 + [True] * 2}, votes)
    assert (decision.expert, decision.vote) == (None, "weighted")
    assert "the weighted vote writes" in decision.reason
    assert "the majority vote 50.0 %, the weighted vote 100.0 %" in decision.reason
    equal = decide({"a": [True]}, {"a": [True]}, {"majority": [True], "weighted": [True]})
    assert (equal.expert, equal.vote) == ("a", "majority")


def test_an_unknown_writer_is_refused() -> None:
    assert writer_named("llm-or-vote").asks_llm
    with pytest.raises(
        MethodError, match="choose one of llm, majority, weighted, calibrated, joint"
    ):
        writer_named("dice")


def test_a_writer_that_gains_as_it_loses_stays() -> None:
    written = [False] * 10 + [True] * 10
    voted = [True] * 10 + [False] * 10
    assert decide({"a": [True]}, {"a": written}, {"majority": voted}).expert == "a"


def test_without_candidates_the_vote_writes() -> None:
    assert decide({}, {}, {}).expert is None


def test_without_a_single_trial_somebody_still_writes() -> None:
    assert decide({"a": [], "b": []}, {"a": [], "b": []}, {"majority": []}).expert == "a"
