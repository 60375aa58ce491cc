"""Ours: who is recruited, why, and beside whom."""

import pytest

from moe_core.errors import RecruitingError
from moe_core.ours import Contributions
from moe_core.profiles import Cell, Profile
from moe_core.recruiters import recruit, recruit_all
from moe_core.recruitment import Asked
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
    assert [name for name in Contributions.NAMES if name in parts] == list(parts)
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


def test_who_is_in_the_pool_has_contributions() -> None:
    found = recruit("ours", PROFILE, asked("law"), 2, 0).scores
    assert "nobody" not in found and found.get("nobody") is None


def test_the_third_seat_goes_to_whom_the_first_two_lack() -> None:
    """Zoe is the stronger of the two that are left; kim is right where ann and ben disagree."""
    of = evidence(
        {
            "ann": lambda place, _: place % 8 != 0,
            "ben": lambda place, _: place % 8 != 1,
            "kim": lambda place, _: place % 8 < 5,
            "zoe": lambda place, _: place % 8 > 2 or place == 0,
        },
        240,
        skills=(),
    )
    profile = Profile.of(of)
    assert of.strength[3] > of.strength[2]
    assert set(recruit("ours", profile, Asked(), 2, 0).seats) == {"ann", "ben"}
    assert recruit("ours", profile, Asked(), 3, 0).seats[2] == "kim"
