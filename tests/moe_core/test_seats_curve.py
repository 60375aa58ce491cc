"""Accuracy against generations, on questions held back."""

import numpy as np
import pytest

from moe_core.aggregation import CALIBRATED, JOINT
from moe_core.crossing import LEAST
from moe_core.errors import RecruitingError
from moe_core.paired import Better
from moe_core.profiles import Profile
from moe_core.seating import Seating, seatings
from moe_core.seats_curve import Point, seats_curve
from moe_core.stopping import LOSSLESS, TWO_AHEAD, StoppingRule
from moe_core.values import Question
from moe_core.votes import Ballot, one_each
from tests.moe_core.evidences import OPTIONS, every, evidence, only

SPECIALISTS = {"ann": only("algebra"), "ben": only("law"), "kim": only("geometry")}
FOUR = {"ann": every(1), "ben": every(2), "kim": every(3), "lea": every(5)}


def of(
    points: list[Point], k: int, stops: StoppingRule = LOSSLESS, writer: str = JOINT.name
) -> Point:
    wanted = (writer, k, stops)
    return next(p for p in points if (p.writer, p.seating.k, p.seating.stops) == wanted)


@pytest.fixture(scope="module")
def four() -> list[Point]:
    return seats_curve(evidence(FOUR, 45, skills=()))


def test_each_specialist_is_enough_for_its_questions() -> None:
    points = seats_curve(evidence(SPECIALISTS, 45))
    assert [p.seating.name for p in points if p.writer == JOINT.name] == [
        *("1 seat", "2 seats", "all 3", "until two ahead, 3 at most"),
    ]
    for writer in (JOINT.name, CALIBRATED.name):
        one, three = of(points, 1, writer=writer), of(points, 3, writer=writer)
        assert one.right.all() and three.right.all() and one.generations == 1
        assert one.asked == pytest.approx(dict.fromkeys(SPECIALISTS, 1 / 3))
        assert one.over_base.better is Better.TIED and one.over_base.difference == 0


def test_no_more_are_asked_than_the_vote_needs(four: list[Point]) -> None:
    """Ann is always right: beside her the others, together, are believed less."""
    assert all(of(four, k).right.all() for k in (1, 2, 3, 4))
    assert of(four, 4).generations < 3 and of(four, 4).asked["ann"] == 1


def test_two_that_agree_are_enough(four: list[Point]) -> None:
    """Ben agrees with ann on every second question; on others kim is asked as well."""
    ahead = of(four, 3, TWO_AHEAD)
    assert 2 < ahead.generations < 3 and ahead.asked["ann"] == ahead.asked["ben"] == 1


def test_differences_are_paired_by_question(four: list[Point]) -> None:
    for point in four:
        base = of(four, 3, writer=point.writer)
        over = 100 * (point.right.mean() - base.right.mean())
        assert point.over_base.difference == pytest.approx(over)


def test_few_questions_tell_nothing() -> None:
    with pytest.raises(RecruitingError, match=f"only {LEAST - 1} validation questions"):
        seats_curve(evidence(SPECIALISTS, LEAST - 1))


def test_a_small_pool_has_no_more_seats_than_experts() -> None:
    assert [s.k for s in seatings((1, 2, 3), (3,), 2)] == [1, 2]
    assert [s.name for s in seatings((1, 3, 5), (3, 5), 4)] == [
        *("1 seat", "3 seats", "all 4", "until two ahead, 3 at most"),
    ]
    assert {p.seating.k for p in seats_curve(evidence({"ann": every(2)}, 40))} == {1}


def test_who_is_asked_until_two_are_ahead() -> None:
    """By hand: the strongest first, whatever the order of seats; each counts once."""
    profile = Profile.of(evidence(FOUR, 45, skills=()))
    stated = {"ann": "A", "ben": "B", "kim": "A", "lea": "A"}
    seats = ["lea", "kim", "ben", "ann"]
    ballot = Ballot(Question("Which?", OPTIONS, "A"), seats, [stated[seat] for seat in seats])
    for most, asked in ((3, {"lea", "kim", "ben"}), (4, set(seats))):
        found = Seating(most, TWO_AHEAD).play(profile, ballot, one_each)
        assert (set(found[0]), found[1]) == (asked, "A")
    agreed = Ballot(ballot.question, seats, ["B", "B", "A", "A"])
    assert Seating(4, TWO_AHEAD).play(profile, agreed, one_each) == (["ben", "ann"], "A")


def test_what_is_held_back_is_not_learned_from() -> None:
    """Outcomes drawn at random: no number of seats can be better than chance."""
    rng = np.random.default_rng(0)
    drawn = rng.random((40, 2)) < 0.5
    rules = {n: (lambda place, _, c=c: bool(drawn[place, c])) for c, n in enumerate("ab")}
    points = seats_curve(evidence(rules, 40, options=(), skills=()))
    assert all(abs(p.right.mean() - 0.5) < 0.25 for p in points)
