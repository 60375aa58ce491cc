"""Signs: what right answers look like, found where it is planted and nowhere else."""

from dataclasses import replace
from string import ascii_uppercase

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from moe_core.answer_signs import NO_CLASS, OPTION_SIGNS, PER_QUESTION, Signs, doubt, option_classes
from moe_core.values import Question
from tests.moe_core.evidences import every, evidence

LONG_IS_RIGHT = ("a much longer option than the others are", "short", "tiny", "small")
NUMBERS = ("1", "2", "3", "4")


def signs(options: tuple[str, ...], right: int = 2) -> Signs:
    """Of experts that state A, the right answer, every so-manieth time, and B otherwise."""
    return Signs(evidence({"ann": every(right), "ben": every(right)}, 60, options))


def test_a_planted_sign_is_found() -> None:
    found = signs(LONG_IS_RIGHT)
    asked = Question("Which?", LONG_IS_RIGHT, "A")
    assert found.of_answer(asked, "A") > 1 > 0 > found.of_answer(asked, "B")


def test_a_sign_that_says_nothing_weighs_nothing() -> None:
    known = evidence({"ann": every(2), "ben": every(2)}, 60, LONG_IS_RIGHT)
    halves = np.arange(60) % 4 < 2  # whether A or B is right has nothing to do with its looks
    right = np.where(halves[:, None], known.right, 1 - known.right)
    found = Signs(replace(known, right=right))
    asked = Question("Which?", LONG_IS_RIGHT, "A")
    assert abs(found.of_answer(asked, "A")) < 0.2


def test_open_questions_and_strange_answers_weigh_nothing() -> None:
    found = signs(LONG_IS_RIGHT)
    assert found.of_answer(Question("How many?", (), "7"), "7") == 0
    asked = Question("Which?", LONG_IS_RIGHT, "A")
    assert [found.of_answer(asked, answer) for answer in ("Z", "", "AB", "a")] == [0] * 4


def test_numbers_are_ranked() -> None:
    classes = [
        of[list(OPTION_SIGNS).index("rank of its number")]
        for of in option_classes(Question("How many?", ("$1,000", "20 m", "3.5", "400"), "A"))
    ]
    assert classes == [4, 2, 0, 2]


@pytest.mark.parametrize(
    ("sign", "options", "classes"),
    [
        ("decimals", ("1.25", "2", "3", "4"), [4, 1, 1, 1]),
        ("decimals", ("1", "2", "3"), [NO_CLASS] * 3),  # none stands out
        ("likeness", ("the red cat", "the red dog", "the red fox", "none"), [3, 3, 3, 0]),
        ("place", ("a", "b", "c", "d", "e", "f"), [0, 1, 1, 1, 2, 2]),
        ("length", ("one and the only long option", "one", "two"), [4, 1, 1]),
        ("length", ("one", "two", "six"), [2] * 3),
    ],
)
def test_options_are_sorted_into_classes(
    sign: str, options: tuple[str, ...], classes: list[int]
) -> None:
    assert OPTION_SIGNS[sign](options) == classes


def test_many_experts_say_no_more_of_one_question_than_a_few() -> None:
    """Answers to one question look alike, whoever states them."""
    asked = Question("Which?", LONG_IS_RIGHT, "A")
    few, many = (
        Signs(evidence(dict.fromkeys(map(str, range(n)), every(2)), 60, LONG_IS_RIGHT))
        for n in (PER_QUESTION, 8 * PER_QUESTION)
    )
    assert few.of_answer(asked, "A") == pytest.approx(many.of_answer(asked, "A"))


def test_doubt_is_counted() -> None:
    assert doubt("The answer is (A).") == 0
    assert doubt("Perhaps the answer is (A).") == 1
    assert doubt("However, I am not sure; perhaps (A), possibly (B).") == 2


def test_tone_counts_where_it_told() -> None:
    known = evidence({"ann": every(2)}, 60)
    doubts = np.where(known.right > 0, 0, 2)
    found = Signs(replace(known, doubts=doubts))
    assert found.of_response("Sure. The answer is (A).") > 0
    assert found.of_response("Perhaps, possibly, maybe (A).") < 0
    assert found.of_response(None) == 0


@given(st.lists(st.text(max_size=20), max_size=10), st.sampled_from(ascii_uppercase), st.text())
def test_any_texts_are_read(options: list[str], answer: str, response: str) -> None:
    found = signs(NUMBERS)
    weight = found.of_answer(Question("?", tuple(options), "A"), answer)
    assert np.isfinite(weight) and np.isfinite(found.of_response(response))


def test_nothing_stated_at_all() -> None:
    silent = Signs(evidence({"ann": lambda *_: None}))
    assert silent.of_answer(Question("Which?", NUMBERS, "A"), "A") == 0
