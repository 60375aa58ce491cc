"""The calibrated vote: parts that sum, and looks that count once per answer."""

from dataclasses import replace

import numpy as np
import pytest

from moe_core.calibrated import DEPENDENCE, calibrated, weights
from moe_core.errors import RecruitingError
from moe_core.profiles import Cell, Profile
from moe_core.recruitment import Asked
from moe_core.values import Question
from moe_core.votes import Ballot, log_odds_of, vote
from tests.moe_core.evidences import VECTORS, every, evidence, only

OPTIONS = ("a much longer option than the others are", "short", "tiny", "small")
QUESTION = Question("Which?", OPTIONS, "A")
PROFILE = Profile.of(evidence({"ann": only("law"), "ben": every(3), "kim": every(2)}, 60, OPTIONS))


def ballot(stated: list[str | None], seats: tuple[str, ...] = ("ann", "ben", "kim")) -> Ballot:
    return Ballot(QUESTION, seats, stated, [None] * len(seats), ["law"], VECTORS["law"])


def test_an_expert_is_believed_where_it_is_good() -> None:
    found = weights(PROFILE, ballot(["C", "D", "D"]))
    assert found[0].expert > found[1].expert + found[2].expert
    assert vote(["C", "D", "D"], [w.total for w in found]) == "C"
    assert calibrated(PROFILE, ballot(["C", "D", "D"])) == [w.total for w in found]
    assert found[0].total == found[0].expert + found[0].tone + found[0].looks


def test_looks_count_once_for_each_answer() -> None:
    alone = weights(PROFILE, ballot(["A", None, None]))[0].looks
    shared = [w.looks for w in weights(PROFILE, ballot(["A", "A", "A"]))]
    assert alone > 0 and sum(shared) == pytest.approx(alone)


def test_no_answer_weighs_nothing() -> None:
    assert [w.total for w in weights(PROFILE, ballot([None, None, None]))] == [0, 0, 0]
    assert vote([None, None, None], calibrated(PROFILE, ballot([None, None, None]))) is None


def test_little_may_be_known() -> None:
    bare = Ballot(QUESTION, ["ann", "ben"], ["A", "B"])
    assert vote(bare.stated, calibrated(PROFILE, bare)) == "A"
    free = Ballot(Question("How many?"), ["ann", "ben"], ["7", "8"])
    assert vote(free.stated, calibrated(PROFILE, free)) in ("7", "8")


def test_tone_counts_for_what_it_told() -> None:
    known = evidence({"ann": every(2), "ben": every(3)}, 60)
    told = Profile.of(replace(known, doubts=np.where(known.right > 0, 0, 2)))
    said = ["It is (A).", "Perhaps, possibly, maybe (B)."]
    sure, unsure = weights(told, Ballot(QUESTION, ["ann", "ben"], ["A", "B"], said))
    assert sure.tone > 0 > unsure.tone


def test_who_seldom_answers_is_believed_when_it_does() -> None:
    """Both were right on as many questions; ann said nothing on those that ben got wrong."""
    known = evidence({"ann": every(2), "ben": every(2)}, 60)
    stated = [["A" if place % 2 == 0 else None, said[1]] for place, said in enumerate(known.stated)]
    ann, ben = weights(
        Profile.of(replace(known, stated=stated)), Ballot(QUESTION, ["ann", "ben"], ["A", "B"])
    )
    assert ann.expert > ben.expert


def test_experts_err_together_and_say_less_for_it() -> None:
    known = evidence({"ann": every(2)}, 60)
    chance = float(Profile.of(known).forecast.chances([Asked()]).right[0, 0])
    weight = weights(Profile.of(known), Ballot(QUESTION, ["ann"], ["A"]))[0]
    assert weight.expert == pytest.approx(DEPENDENCE * log_odds_of(chance, QUESTION))
    assert DEPENDENCE < 1


def test_counts_alone_are_refused() -> None:
    with pytest.raises(RecruitingError, match="build it again"):
        calibrated(Profile({"ann": {"law": Cell(1, 0)}}), ballot(["A"], ("ann",)))
