"""Together: who is right where the seated are split gains, and nobody gains by chance alone."""

from dataclasses import replace

import pytest

from moe_core.complements import PRIOR_SPLIT, Together
from tests.moe_core.evidences import every, evidence

# Ann and ben disagree on every other question; there kim is always right and zoe never.
SPLIT = {
    "ann": lambda place, _: place % 4 != 0,
    "ben": lambda place, _: place % 4 != 1,
    "kim": lambda place, _: place % 4 < 2,
    "zoe": lambda place, _: place % 4 > 1,
}


def test_who_is_right_where_the_seated_are_split_gains() -> None:
    of = Together(evidence(SPLIT, 40))
    ann, ben, kim, zoe = of.bonus([0, 1])
    assert kim > 0 > zoe
    assert ann == pytest.approx(ben) and zoe < ann < kim
    assert of.bonus([0, 1]) == pytest.approx(of.bonus([1, 0]))


def test_bonuses_only_tell_experts_apart() -> None:
    """What all gain together is how hard split questions are, which is nobody's merit."""
    assert sum(Together(evidence(SPLIT, 40)).bonus([0, 1])) == pytest.approx(0.0)


def test_a_few_questions_say_little() -> None:
    few, many = (Together(evidence(SPLIT, size)).bonus([0, 1])[2] for size in (8, 4000))
    assert 0 < few < 4 / PRIOR_SPLIT and many > 0.3


def test_a_seat_without_an_answer_leaves_the_vote_open() -> None:
    """It responded, and said nothing that can be read."""
    known = evidence(SPLIT, 40)
    stated = [
        [None if place % 4 == 1 and column == 1 else said for column, said in enumerate(row)]
        for place, row in enumerate(known.stated)
    ]
    assert Together(replace(known, stated=stated)).bonus([0, 1])[2] > 0


def test_nobody_gains_beside_fewer_than_two() -> None:
    of = Together(evidence(SPLIT, 40))
    assert not of.bonus([]).any() and not of.bonus([0]).any()


def test_nobody_gains_where_the_seated_never_disagree() -> None:
    assert (
        not Together(evidence({"a": every(2), "b": every(2), "c": every(3)}, 12))
        .bonus([0, 1])
        .any()
    )
