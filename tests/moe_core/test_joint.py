"""The joint vote: the weighted vote, less what seats say together."""

from dataclasses import replace
from math import inf
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moe_core import shares
from moe_core.errors import RecruitingError
from moe_core.joint import added, joint
from moe_core.profiles import Cell, Profile
from moe_core.stopping import LOSSLESS, spared, without
from moe_core.values import Question
from moe_core.votes import Ballot, log_odds, vote
from tests.moe_core.evidences import OPTIONS, every, evidence, only

QUESTION = Question("Which?", OPTIONS, "A")
EXPERTS = ("ann", "ben", "kim")
PROFILE = Profile.of(evidence({"ann": only("law"), "ben": every(3), "kim": every(2)}, 60))
answers = st.lists(st.sampled_from([None, *"ABCD"]), min_size=3, max_size=3)


def ballot(stated: list[str | None], seats: tuple[str, ...] = EXPERTS) -> Ballot:
    return Ballot(QUESTION, seats, stated, skills=["law"])


@given(answers, st.lists(st.sampled_from(EXPERTS), min_size=3, max_size=3))
@settings(max_examples=15, deadline=None)
def test_of_few_questions_it_is_the_weighted_vote(
    stated: list[str | None], seats: list[str]
) -> None:
    few = Profile.of(PROFILE.observed.only(range(shares.LEAST - 1)))
    cast = ballot(stated, tuple(seats))
    assert joint(few, cast) == log_odds(few, cast)


@given(answers, st.lists(st.sampled_from(EXPERTS), min_size=3, max_size=3))
@settings(max_examples=15, deadline=None)
def test_pulled_as_strongly_as_can_be_it_votes_as_the_weighted_vote(
    stated: list[str | None], seats: list[str]
) -> None:
    with patch.object(shares, "PULLS", (inf,)):
        pulled = Profile.of(PROFILE.observed)
        cast = ballot(stated, tuple(seats))
        assert vote(stated, joint(pulled, cast)) == vote(stated, log_odds(pulled, cast))


@given(answers, st.permutations(range(3)))
@settings(max_examples=15, deadline=None)
def test_the_order_of_seats_moves_no_weight(stated: list[str | None], order: list[int]) -> None:
    moved = ballot([stated[i] for i in order], tuple(EXPERTS[i] for i in order))
    assert joint(PROFILE, moved) == [joint(PROFILE, ballot(stated))[i] for i in order]


def drawn(size: int, *chances: float) -> Profile:
    """Experts that err apart, each right by its chance, wrong answers of four options drawn."""
    rng = np.random.default_rng(1)
    right = rng.random((size, len(chances))) < chances
    wrong = rng.choice(list("BCD"), size=right.shape)
    named = {name: every(1) for name, _ in zip("abcdefgh", chances, strict=False)}
    known = evidence(named, size, skills=("law",))
    stated = [
        ["A" if r else str(w) for r, w in zip(*row, strict=True)]
        for row in zip(right, wrong, strict=True)
    ]
    return Profile.of(replace(known, right=right.astype(float), stated=stated))


def with_copies(profile: Profile, of: int, copies: int) -> Profile:
    """One of the experts so many times more, under other names."""
    known = profile.observed
    columns = [*range(len(known.experts)), *[of] * copies]
    names = [*known.experts, *(f"copy {place}" for place in range(copies))]
    return Profile.of(
        replace(
            known,
            experts=tuple(names),
            stated=[[row[column] for column in columns] for row in known.stated],
            right=known.right[:, columns],
            doubts=known.doubts[:, columns],
        )
    )


def test_copies_of_an_expert_change_next_to_nothing() -> None:
    """Ann is right more often than ben and kim are, who err apart: two to one is right with them.
    Three more of ann would outvote them, as experts that err apart."""
    alone = drawn(400, 0.7, 0.6, 0.6)
    cast = ballot(["A", "B", "B"], ("a", "b", "c"))
    weights = joint(alone, cast)
    copied = with_copies(alone, 0, 3)
    seats = ("a", "b", "c", "copy 0", "copy 1", "copy 2")
    many = ballot(["A", "B", "B", "A", "A", "A"], seats)
    found = joint(copied, many)
    assert vote(cast.stated, weights) == vote(many.stated, found) == "B"
    assert vote(many.stated, log_odds(copied, many)) == "A", "as if they erred apart"
    total = found[0] + sum(found[3:])
    assert total == pytest.approx(weights[0], rel=0.25)
    assert found[1] == pytest.approx(weights[1], rel=0.25)


def test_experts_that_err_apart_count_in_full() -> None:
    independent = drawn(600, 0.7, 0.6, 0.5)
    assert independent.shares.of([0, 1, 2]) == pytest.approx({0: 1, 1: 1, 2: 1}, abs=0.15)


@given(answers, st.permutations(EXPERTS))
@settings(max_examples=15, deadline=None)
def test_seats_that_cannot_change_it_need_not_be_asked(
    stated: list[str | None], order: list[str]
) -> None:
    """With weights that are known beforehand, seats that are left still sit in the team."""
    cast = ballot(stated)
    asked = without(cast, spared(LOSSLESS, PROFILE, cast, joint, order))
    assert vote(asked.stated, joint(PROFILE, asked)) == vote(stated, joint(PROFILE, cast))
    agreed = ballot(["A", "A", "A"])  # ann, asked first, knows more of the law than both others
    assert spared(LOSSLESS, PROFILE, agreed, joint, EXPERTS) == [1, 2]


def test_a_seat_adds_a_share_of_its_record() -> None:
    cast = ballot(["A", "B", None])
    for one, odds, weight in zip(
        added(PROFILE, cast), log_odds(PROFILE, cast), joint(PROFILE, cast), strict=True
    ):
        assert one.odds == odds and one.total == one.share * odds == weight
        assert one.share >= 0


def test_an_expert_with_two_seats_is_not_two() -> None:
    """Both say the same, as far as the profile knows: so each adds less than one alone would."""
    known = drawn(400, 0.7, 0.6)
    alone = joint(known, ballot(["A", "B"], ("a", "b")))
    twice = joint(known, ballot(["A", "A", "B"], ("a", "a", "b")))
    assert twice[0] == twice[1] < alone[0]
    assert twice[0] + twice[1] == pytest.approx(alone[0], rel=0.25)


def test_open_answers_are_weighed_as_options_are() -> None:
    known = evidence({"ann": every(2), "ben": every(3)}, 60, options=())
    free = Ballot(Question("How many?"), ["ann", "ben"], ["7", "8"])
    weights = joint(Profile.of(known), free)
    assert weights[0] > weights[1] > 0 and vote(free.stated, weights) == "7"


def test_no_answer_is_no_vote() -> None:
    assert vote([None] * 3, joint(PROFILE, ballot([None] * 3))) is None


def test_counts_alone_are_refused() -> None:
    with pytest.raises(RecruitingError, match="build it again"):
        joint(Profile({"ann": {"law": Cell(1, 0)}}), ballot(["A"], ("ann",)))


def test_more_seats_are_not_worse() -> None:
    """Two good experts that err apart, and six that make one mistake together: the weighted vote
    of all follows the six, the joint vote of all is as good as that of the two."""
    known = with_copies(drawn(400, 0.75, 0.7, 0.5), 2, 5)
    fresh = with_copies(drawn(300, 0.75, 0.7, 0.5), 2, 5).observed
    right = {"log-odds": 0, "joint": 0, "two": 0}
    for row, stated in enumerate(fresh.stated):
        question = fresh.questions[row]
        cast = Ballot(question, fresh.experts, stated)
        right["log-odds"] += vote(stated, log_odds(known, cast)) == "A"
        right["joint"] += vote(stated, joint(known, cast)) == "A"
        two = Ballot(question, fresh.experts[:2], stated[:2])
        right["two"] += vote(two.stated, joint(known, two)) == "A"
    assert right["joint"] >= right["two"] - 6 > right["log-odds"]
