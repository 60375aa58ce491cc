"""Grading: letters as letters, open answers by what they mean."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moe_core.errors import TooCostly
from moe_core.grading import canonical, equivalent, grade, is_quick
from moe_core.values import Question, Verdict


@pytest.mark.parametrize(
    ("gold", "answer"),
    [
        ("33", "033"),
        ("33", "33.0"),
        ("1000", "1,000"),
        ("0.5", ".50"),
        ("0", "-0"),
        ("\\frac{1}{2}", "0.5"),
        ("0.5", "\\frac{1}{2}"),
        ("2\\sqrt{3}", "\\sqrt{12}"),
        ("x+1", "1+x"),
        ("5", "x=5"),
        ("33", "$33$"),
        ("Tuesday", " tuesday"),
        ("New  York", "new york"),
    ],
)
def test_equal(gold: str, answer: str) -> None:
    assert equivalent(gold, answer)


@pytest.mark.parametrize(
    ("gold", "answer"),
    [
        ("ABC", "CBA"),  # as a product of symbols they would be equal
        ("no", "on"),
        ("33", "34"),
        ("33", "thirty-three"),
        ("(1,2)", "(2,1)"),
        ("{", "}"),
        ("3", "\\"),
        ("12345678901234567890123456789012", "12345678901234567890123456789013"),
        ("3", "3" * 1000),
        ("3", "nan"),
    ],
)
def test_unequal(gold: str, answer: str) -> None:
    assert not equivalent(gold, answer)


def test_too_costly() -> None:
    huge = "2E99999999"
    with pytest.raises(TooCostly):
        equivalent("3", huge)
    assert equivalent(huge, huge.lower()), "what is spelled alike needs no algebra"
    assert grade(Question("?", gold="3"), huge) is Verdict.TOO_COSTLY
    assert grade(Question("?", gold=huge), "3") is Verdict.TOO_COSTLY
    assert grade(Question("?", gold=huge), huge) is Verdict.CORRECT
    assert grade(Question("?", gold=huge), None) is Verdict.NO_ANSWER
    assert grade(Question("?"), huge) is Verdict.UNGRADED


def test_who_compares_may_be_another() -> None:
    asked: list[tuple[str, str]] = []

    def same(one: str, other: str) -> bool:
        asked.append((one, other))
        return True

    assert grade(Question("?", gold="x+1"), "x+2", same) is Verdict.CORRECT
    assert grade(Question("?", ("red", "green"), "B"), "A", same) is Verdict.INCORRECT
    assert asked == [("x+1", "x+2")], "rules know nothing of it"


def test_verdicts() -> None:
    letters = Question("?", ("red", "green"), "B")
    assert grade(letters, "B") is Verdict.CORRECT
    assert grade(letters, " b ") is Verdict.CORRECT
    assert grade(letters, "A") is Verdict.INCORRECT
    assert grade(letters, None) is Verdict.NO_ANSWER
    assert grade(Question("?", gold="33"), "033") is Verdict.CORRECT
    assert grade(Question("?", gold="33"), "34") is Verdict.INCORRECT
    assert grade(Question("?", gold="33"), None) is Verdict.NO_ANSWER
    assert grade(Question("?"), "33") is Verdict.UNGRADED
    assert grade(Question("?"), None) is Verdict.UNGRADED


@given(st.integers(), st.integers(0, 5))
def test_a_number_has_one_spelling(number: int, zeros: int) -> None:
    spelled = canonical(str(number))
    assert canonical(f"{number:,}") == spelled
    assert canonical(f"{number}." + "0" * (zeros + 1)) == spelled
    assert canonical(f"${number}$") == spelled
    if number >= 0:
        assert canonical("0" * zeros + str(number)) == spelled


@given(st.text())
def test_canonical_never_fails_and_equals_itself(text: str) -> None:
    assert equivalent(text, text)
    assert canonical(text) == canonical(f"  {text} ")


def test_alternatives_are_as_right_as_the_gold_answer() -> None:
    open_question = Question("How many?", gold="12", alternatives=("twelve", "a dozen"))
    for answer in ("12", "12.0", "Twelve", "a dozen"):
        assert grade(open_question, answer) is Verdict.CORRECT
    assert grade(open_question, "eleven") is Verdict.INCORRECT
    assert is_quick(open_question, "twelve")
    chosen = Question("Which?", ("red", "green", "blue"), "A", ("C",))
    assert [grade(chosen, letter).value for letter in "ABC"] == ["correct", "incorrect", "correct"]


def test_all_of_several_answers_are_wanted_in_any_order() -> None:
    roots = Question("Roots?", gold="2, -2")
    assert grade(roots, "-2, 2") is Verdict.CORRECT
    assert grade(roots, "2") is Verdict.INCORRECT
    letters = Question("Which?", gold="A, C")
    assert grade(letters, "C, A") is Verdict.CORRECT
    assert grade(letters, "A") is Verdict.INCORRECT
