"""Ours: who is recruited, why, and beside whom."""

import numpy as np
import pytest

from moe_core.errors import RecruitingError
from moe_core.ours import Contributions
from moe_core.profiles import Cell, Profile
from moe_core.recruiting import recruit, recruit_all
from moe_core.recruitment import Asked
from moe_core.together import Together
from tests.moe_core.evidences import VECTORS, every, evidence, only

EXPERTS = {"ann": only("algebra"), "ben": only("law"), "kim": only("geometry"), "zoe": every(3)}
PROFILE = Profile.of(evidence(EXPERTS, 30))


def asked(skill: str) -> Asked:
    return Asked([skill], VECTORS[skill], 4)


@pytest.mark.parametrize(("skill", "best"), [("algebra", "ann"), ("law", "ben")])
def test_the_specialist_is_recruited_first(skill: str, best: str) -> None:
    found = recruit("ours", PROFILE, asked(skill), 2, 0)
    assert found.seats[0] == best and len(set(found.seats)) == 2
    assert found.probabilities[best] == 0.5
    parts = found.scores[best]
    assert tuple(parts) == Contributions.NAMES
    assert parts["skills"] + parts["neighbours"] > 0.3
    assert set(found.scores) == set(EXPERTS)


def test_a_small_pool_sits_again() -> None:
    seats = recruit("ours", PROFILE, asked("law"), 6, 0).seats
    assert len(seats) == 6 and set(seats) == set(EXPERTS) and seats[4:] == seats[:2]


def test_many_at_once_are_recruited_as_one_by_one() -> None:
    questions = [asked(skill) for skill in ("law", "algebra", "geometry", "law")]
    together = recruit_all("ours", PROFILE, questions, 3, range(4))
    alone = [recruit("ours", PROFILE, question, 3, 0) for question in questions]
    assert [r.seats for r in together] == [r.seats for r in alone]


def test_counts_alone_are_refused() -> None:
    with pytest.raises(RecruitingError, match=r"counts only.*build it again"):
        recruit("ours", Profile({"ann": {"law": Cell(1, 0)}}), asked("law"), 1, 0)


def test_the_counts_of_evidence_are_the_profile() -> None:
    assert PROFILE.cells["ann"]["algebra"] == Cell(10, 0)
    assert PROFILE.cells["ann"]["law"] == Cell(0, 10)
    assert PROFILE.answered["zoe"] == Cell(10, 20)


def test_who_is_right_where_others_are_split_gains() -> None:
    """Ann and ben disagree on every question; where they do, kim knows and zoe does not."""
    of = Together(
        evidence(
            {
                "ann": lambda place, _: place % 2 == 0,
                "ben": lambda place, _: place % 2 == 1,
                "kim": lambda place, _: place % 4 != 3,
                "zoe": lambda place, _: place % 4 == 3,
            },
            40,
        )
    )
    assert not of.bonus([]).any() and not of.bonus([0]).any()
    bonus = of.bonus([0, 1])
    assert bonus == pytest.approx(of.bonus([1, 0]))
    assert np.isfinite(bonus).all() and np.abs(bonus).max() < 0.1


def test_nobody_gains_where_the_seated_never_disagree() -> None:
    of = Together(evidence({"ann": every(2), "ben": every(2), "kim": every(3)}, 12))
    assert not of.bonus([0, 1]).any()
