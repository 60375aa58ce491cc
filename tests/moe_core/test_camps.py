"""Which answers count as the same."""

import pytest

from moe_core.camps import camps, spelling_tells
from moe_core.errors import TooCostly
from moe_core.grading import equivalent
from moe_core.values import Question, Verdict

RIGHT, WRONG, COSTLY = Verdict.CORRECT, Verdict.INCORRECT, Verdict.TOO_COSTLY
OPEN = Question("?", gold="1/2")


def never(one: str, other: str) -> bool:
    raise AssertionError(f"{one} and {other} were compared")


def test_the_first_spelling_stands_for_all() -> None:
    stated = [r"\dfrac{1}{2}", "0.5", None, "1/2", "3", "3.0"]
    found = camps(stated, [None] * 6, equivalent)
    assert found.spellings == [r"\dfrac{1}{2}"] * 2 + [None, r"\dfrac{1}{2}", "3", "3"]
    assert found.is_whole


def test_right_answers_are_one_and_nobody_compares_them() -> None:
    found = camps([r"\frac{2}{4}", "7", "0.5"], [RIGHT, WRONG, RIGHT], never)
    assert found.spellings == [r"\frac{2}{4}", "7", r"\frac{2}{4}"]


def test_each_spelling_is_compared_once() -> None:
    asked: list[tuple[str, str]] = []

    def same(one: str, other: str) -> bool:
        asked.append((one, other))
        return False

    camps(["x", "y", "x", "Y", "z"], [None] * 5, same)
    assert asked == [("x", "y"), ("x", "z"), ("y", "z")]


def test_what_is_too_costly_counts_as_it_is_spelled() -> None:
    def same(one: str, other: str) -> bool:
        if "E" in one + other:
            raise TooCostly
        return equivalent(one, other)

    found = camps(["1/3", "2E9", r"\frac{1}{3}", "2e9"], [WRONG, COSTLY, WRONG, COSTLY], same)
    assert found.spellings == ["1/3", "2E9", "1/3", "2E9"]
    assert not found.is_whole


@pytest.mark.parametrize(
    ("stated", "verdicts", "tells"),
    [
        (["14", "15", "14.0"], [RIGHT, WRONG, RIGHT], True),
        (["0.5", "3"], [RIGHT, WRONG], True),
        (["0.5", r"\frac{1}{2}"], [RIGHT, RIGHT], False),
        (["x+1", "3"], [WRONG, WRONG], False),
        (["x+1", None], [WRONG, Verdict.NO_ANSWER], True),
        ([], [], True),
        ([r"M \cap N = [-2,1)", "[-2,1)"], [WRONG, WRONG], False),
        (["[-2,1)", r"M \cap N = [-2,1)"], [WRONG, WRONG], False),
    ],
)
def test_where_spelling_tells_all(
    stated: list[str | None], verdicts: list[Verdict | None], tells: bool
) -> None:
    assert spelling_tells(OPEN, stated, verdicts) is tells
    assert spelling_tells(Question("?", ("red", "green"), "A"), stated, verdicts)


@pytest.mark.parametrize("stated", [["Option B", "B"], ["B", "Option B"], ["b", "(B) hexagon"]])
def test_a_choice_is_one_camp_in_either_order(stated: list[str]) -> None:
    assert not spelling_tells(OPEN, stated, [WRONG, WRONG])
    assert camps(stated, [WRONG, WRONG], equivalent).spellings == [stated[0]] * 2
