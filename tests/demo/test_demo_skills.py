"""Every skill's worked answers, slips, wordings and keywords."""

from collections import Counter
from random import Random

import pytest

from demo.hand import Hand
from demo.phrasings import PHRASINGS
from demo.samples import HELD_OUT, Split, draw, split_of
from demo.skills import BY_NAME, SKILLS, Skill
from demo.worked import boxed

DRAWS = 100
every_skill = pytest.mark.parametrize("skill", SKILLS, ids=lambda skill: skill.name)


@every_skill
def test_worked_answer_ends_in_its_boxed_answer(skill: Skill) -> None:
    for place in range(DRAWS):
        sample = draw(skill, Random(place), Split.TRAIN)
        assert boxed(sample.right.text) == sample.answer
        assert sample.right.text.endswith(f"So \\boxed{{{sample.answer}}}.")


@pytest.mark.parametrize(
    ("name", "operands", "answer"),
    [
        ("addition", ("958", "67"), "1025"),
        ("subtraction", ("503", "498"), "5"),
        ("multiplication", ("908", "7"), "6356"),
        ("modular arithmetic", ("705", "8"), "1"),
        ("digit sum", ("90417",), "21"),
        ("roman numerals", ("CDXCIV",), "494"),
        ("binary numbers", ("00101101",), "45"),
        ("number sequences", ("85, 91, 97, 103",), "109"),
        ("unit conversion", ("3", "hours", "25", "minutes"), "205"),
        ("sorting digits", ("52981",), "12589"),
        ("bitwise logic", ("0110", "1010", "XOR"), "1100"),
        ("calendar days", ("Saturday", "16"), "Monday"),
        ("string reversal", ("ABCA",), "ACBA"),
        ("caesar cipher", ("XYZ", "2"), "ZAB"),
        ("vowel counting", ("AXEYU",), "3"),
        ("radio alphabet", ("Kilo Alfa Zulu",), "KAZ"),
    ],
)
def test_known_answers(name: str, operands: tuple[str, ...], answer: str) -> None:
    assert BY_NAME[name].solve(operands, Hand(Random(0))).answer == answer


@every_skill
@pytest.mark.parametrize("slip", [0.3, 1.0])
def test_slips_are_wrong_and_still_boxed(skill: Skill, slip: float) -> None:
    for place in range(DRAWS):
        sample = draw(skill, Random(place), Split.TRAIN)
        wrong = sample.wrong(Random(place), slip)
        assert boxed(wrong.text) not in (None, sample.answer)


@every_skill
def test_held_out_operands_are_never_trained_on(skill: Skill) -> None:
    rng = Random(5)
    for split in Split:
        assert {split_of(skill, draw(skill, rng, split).operands) for _ in range(DRAWS)} == {split}


def test_about_one_operand_in_eight_is_held_out() -> None:
    rng = Random(6)
    operands = {(skill.name, skill.operands(rng)) for skill in SKILLS for _ in range(400)}
    held_out = [split_of(BY_NAME[name], one) is Split.HELD_OUT for name, one in operands]
    assert sum(held_out) / len(held_out) == pytest.approx(1 / HELD_OUT, abs=0.02)


def test_order_of_operands_does_not_change_the_split() -> None:
    addition = BY_NAME["addition"]
    assert all(
        split_of(addition, (str(one), "45")) is split_of(addition, ("45", str(one)))
        for one in range(10, 99)
    )


@every_skill
def test_two_dozen_phrasings_that_show_every_operand(skill: Skill) -> None:
    operands = skill.operands(Random(1))
    assert len(skill.phrasings) >= 24
    for phrasing in skill.phrasings:
        question = phrasing.format(*operands)
        assert all(operand in question for operand in operands)


def test_phrasings_belong_to_one_skill_each() -> None:
    wordings = [wording for skill in SKILLS for wording in skill.phrasings]
    assert len(wordings) == len(set(wordings))
    assert set(PHRASINGS) == set(BY_NAME)


def test_keywords_are_short_plain_and_specific() -> None:
    keywords = Counter(keyword for skill in SKILLS for keyword in skill.keywords)
    assert max(keywords.values()) == 1
    assert all(len(keyword) <= 20 for keyword in keywords)
    assert all(keyword == keyword.lower() and not set(keyword) & set(",.") for keyword in keywords)
