"""What may be a skill, and which names mean the same one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from demo.skills import SKILLS
from moe_core.skill_names import MOST_CHARACTERS, is_skill, normal_form
from moe_core.vocabulary import SKILL_NAMES

SAME = [
    ("vector", "Vectors"),
    ("chemical bond", "chemical bonds"),
    ("market structure", "market structures"),
    ("data analysis", "data analyses"),
    ("theory", "theories"),
    ("tax", "taxes"),
    ("colour theory", "color theory"),
    ("behaviour", "behaviors"),
    ("optimisation", "optimization"),
    ("organising", "organizing"),
    ("analyse", "analyze"),
    ("modelling", "modeling"),
    ("centre", "center"),
    ("anaemia", "anemia"),
    ("problem solving", "problem-solving"),
    ("acid/base chemistry", "acid-base chemistry"),
    ("newton's laws", "newton laws"),
    ("supply & demand", "supply and demand"),
    ("économie", "economie"),
    ("number_theory", "number theory"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_spellings_of_one_name(one: str, other: str) -> None:
    assert normal_form(one) == normal_form(other)


def test_no_two_known_names_are_spellings_of_one() -> None:
    forms = {normal_form(name) for name in SKILL_NAMES}
    assert len(forms) == len(SKILL_NAMES)


@given(st.text(max_size=60))
def test_a_normal_form_is_found_of_anything(name: str) -> None:
    assert normal_form(name) == normal_form(f" {name.lower()} ")


def test_known_names_are_skills() -> None:
    assert [name for name in SKILL_NAMES if not is_skill(name)] == []
    assert [name for skill in SKILLS for name in skill.keywords if not is_skill(name)] == []


@pytest.mark.parametrize(
    "name",
    ["differential equations", "history of western philosophy", "partial differential equations",
     "c++", "c#", "2d geometry", "3-d vectors", "newton's laws", "acid/base chemistry", "r&d",
     "线性代数", "théorie des jeux", "u"*MOST_CHARACTERS],
)  # fmt: skip
def test_names_that_are_skills(name: str) -> None:
    assert is_skill(name)


@pytest.mark.parametrize(
    "name",
    ["", "b", "72", "h2o", "d) h2o", "d. water", "38 * 2 = 72", "x = 4", "x^2", "\\frac", "none",
     "answer", "the answer is 4", "i do not know", "it is water", "keyword1", "skill two", "yes",
     "solve for the unknown side", "what is asked", "not enough information", "a" * 41, "[", "...",
     "law,", "law:", "<law>", "law?", "10%", "$5"],
)  # fmt: skip
def test_names_that_are_none(name: str) -> None:
    assert not is_skill(name)
