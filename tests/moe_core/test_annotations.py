"""Reading annotations, written as models of 7B write them."""

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moe_core.annotations import MOST_NAMED, read_annotation
from moe_core.skill_names import is_skill

TWO = ["algebra", "number theory"]

LISTS = [
    "Keywords: algebra, number theory",
    "Keywords: Algebra, Number Theory.",
    "keywords: algebra, number theory",
    "KEYWORDS: ALGEBRA, NUMBER THEORY",
    "**Keywords:** algebra, number theory",
    "**Keywords**: Algebra, Number Theory",
    "*Keywords:* algebra, number theory",
    "__Keywords:__ algebra, number theory",
    "Key words: algebra, number theory",
    "Keyword: algebra, number theory",
    "Keywords are: algebra, number theory",
    "Keywords are algebra, number theory",
    "Keywords - algebra, number theory",
    "The keywords for this question are: algebra, number theory.",
    "Sure! Here are the keywords:\n\nKeywords: algebra, number theory",
    "Skills: algebra, number theory",
    "Skills needed: algebra; number theory",
    "**Required skills:** algebra, number theory",
    "Key concepts: algebra, number theory",
    "## Keywords\nalgebra, number theory",
    "### Keywords:\n\n- Algebra\n- Number theory",
    "**Keywords**\n\n* Algebra\n* Number theory",
    "Keywords:\n• Algebra\n• Number theory",
    "Keywords:\n1. Algebra\n2. Number Theory",
    "Keywords:\n1) Algebra\n\n2) Number Theory",
    "Keywords: 1. Algebra\n2. Number theory",
    "Keywords: 1. algebra, 2. number theory",
    "Keywords:\nAlgebra\nNumber theory\n\nThese help to find x.",
    "Keywords: algebra,\nnumber theory",
    "Keywords: algebra; number theory",
    "Keywords: algebra | number theory",
    "Keywords: algebra / number theory",
    "Keywords: algebra and number theory",
    "Keywords: algebra, and number theory",
    "Keywords: the algebra, the number theory",
    'Keywords: "algebra", "number theory"',
    "Keywords: “algebra”, “number theory”",
    "Keywords: 'Algebra', 'Number theory'.",
    "Keywords: <algebra>, <number theory>",
    "Keywords: [algebra, number theory]",
    "Keywords: `algebra`, `number_theory`",
    "Keywords: **algebra**, **number theory**",
    "Keywords: algebra (needed to solve for x, then y), number theory",
    "Keywords: algebra, number theory (for the remainders)",
    "Keywords:\n- **Algebra**: to isolate x\n- **Number theory**: to see what divides it",
    "Keywords:\n1. **Algebra** - isolating x\n2. **Number Theory** \N{EN DASH} remainders",
    "Keywords:\n1. **Algebra**: isolating x, factoring\n2. **Number Theory**: primes, remainders",
    "Keywords:\n- Algebra, number theory",
    "Keyword 1: algebra\nKeyword 2: number theory",
    "Skill 1: algebra\nSkill 2: number theory",
    "Keywords: keyword1: algebra, keyword2: number theory",
    "Keywords: algebra, number theory\nExplanation: both are needed, since x is whole.",
    "Keywords: algebra, number theory. The question asks for x, so both help.",
    "Keywords: algebra, number theory\n\nThese keywords cover what is needed to answer: x and y.",
    "Keywords: maths, logic\nOn second thought:\nKeywords: algebra, number theory",
    "Answer: (B)\n\nKeywords: algebra, number theory",
    "<think>Keywords: guess, luck. Hm.</think>\nKeywords: algebra, number theory",
    "<think>\nSo it is about x.\n</think>\n\nalgebra, number theory",
    "[THINK]about x[/THINK]Keywords: algebra, number theory",
    '["algebra", "number theory"]',
    '{"keywords": ["algebra", "number theory"]}',
    '{"skills": ["Algebra", "Number Theory"], "answer": "x = 4"}',
    '```json\n{"keywords": ["algebra", "number theory"]}\n```',
    '```json\n[\n  "algebra",\n  "number theory"\n]\n```',
    'Keywords:\n```\n["algebra", "number theory"]\n```',
    'Keywords: ["algebra", "number theory"]',
    '{"keywords": "algebra, number theory"}',
    '{"thoughts": "So, skills: guessing.", "Keywords": ["algebra", "number theory", "x = 4"]}',
    '[{"skill": "algebra"}, {"skill": "number theory"}]',
    '{"keywords": ["algebra", "number theory", 3, null]',
    "algebra, number theory",
    "- algebra\n- number theory",
    "1. Algebra\n2. Number theory",
    "Algebra\nNumber theory",
    "These are needed:\n- algebra\n- number theory",
    "Mots-clés : algebra, number theory",
    "Schlüsselwörter: algebra, number theory",
    "Palabras clave: algebra, number theory",
    "关键词\uff1aalgebra\uff0cnumber theory",
    "Keywords: algebra, 38 * 2 = 72, number theory",
    "Keywords: algebra, number theory, I think that this is all that is needed here",
]

NO_SKILLS = [
    "",
    " . , ...",
    "Keywords:",
    "Keywords: none",
    "38 * 2 = 72",
    "d) h2o",
    "(D) H2O",
    "B",
    "D. water",
    "Keywords: d) h2o",
    "Keywords: 72",
    "Keywords: x = 4, y = 2",
    "Keywords: $x^2 + 1$, \\frac{1}{2}",
    "Keywords: <keyword1>, <keyword2>, …",
    "<keyword1>, <keyword2>",
    "Keywords: keyword 1, keyword 2",
    "The answer is (C).",
    "The answer is (C), because water boils at 100 degrees.",
    "Answer: 72",
    "Yes, it is true.",
    "algebra",
    "First subtract 2 from both sides, then divide by 2.",
    "1. Subtract 2 from both sides.\n2. Divide by 2.\n3. The answer is 4.",
    "Let x be the number of apples, and y the price of one.",
    "I'm sorry, but I cannot help with that.",
    "I cannot answer this question, as an AI model.",
    "Keywords: I am not able to name any keywords for this question",
    "<think>Keywords: algebra, number theory. But wait",
    "<think>\nLet me see. The user wants keywords: algebra, law",
    "The question is about a train that leaves at noon and arrives late.",
    "(A) red, (B) green, (C) blue",
    "a) red\nb) green",
    "[1, 2, 3]",
    "{}",
    '{"answer": 72}',
    '{"answers": ["red", "green"]}',
    '["red", "x = 4"]',
    "[" * 400,
    "Keywords: solving the equation that was given above for the unknown x",
    "\x00\x01\ufffd",
]

OTHERS = [
    ("Keywords: U.S. law", ["us law"]),
    ("Keywords: algebra", ["algebra"]),
    ("Keywords: algebra,algebra , ALGEBRA", ["algebra"]),
    ("I think: Keywords: x\nKeywords: law, , tax law", ["law", "tax law"]),
    ("Keywords: differential equations", ["differential equations"]),
    ("Keywords: supply and demand, elasticity", ["supply and demand", "elasticity"]),
    ("Keywords: elasticity, supply and demand", ["elasticity", "supply and demand"]),
    ("Keywords: acid-base chemistry, Newton's laws", ["acid-base chemistry", "newton's laws"]),
    ("Keywords: C++, 2D geometry", ["c++", "2d geometry"]),
    ("关键词\uff1a代数\u3001数论", ["代数", "数论"]),
    ("Ключевые слова: алгебра, теория чисел", ["алгебра", "теория чисел"]),
    ("Keywords: Économie, théorie des jeux", ["économie", "théorie des jeux"]),
]


@pytest.mark.parametrize("text", LISTS)
def test_a_list_however_it_is_written(text: str) -> None:
    assert read_annotation(text) == TWO


@pytest.mark.parametrize("text", NO_SKILLS)
def test_what_lists_nothing(text: str) -> None:
    assert read_annotation(text) == []


@pytest.mark.parametrize(("text", "skills"), OTHERS)
def test_names_of_their_own(text: str, skills: list[str]) -> None:
    assert read_annotation(text) == skills


def test_one_who_loops_names_no_hundred() -> None:
    letters = [f"{chr(97 + n // 26)}{chr(97 + n % 26)} theory" for n in range(100)]
    assert read_annotation(f"Keywords: {', '.join(letters)}") == letters[:MOST_NAMED]


@pytest.mark.parametrize(
    "piece",
    ["[", "{", "(", "[{", "Keywords:", "keywords ", "Keywords: (", "- ", "**", "and ", ", ", "\n",
     "a ", "<think>", "</think>", "1. ", ": ", "skills are ", "'s ", "a-", "\t "],
)  # fmt: skip
def test_a_megabyte_of_anything_is_read_at_once(piece: str) -> None:
    text = piece * (1_000_000 // len(piece))
    began = time.process_time()
    read_annotation(text)
    assert time.process_time() - began < 0.5


@given(
    st.text() | st.text("keyword:s,.-*[]{}\"'() \n12<>") | st.from_regex(r"(?i)Keywords:.{0,80}")
)
def test_reading_never_fails(text: str) -> None:
    names = read_annotation(text)
    assert len(set(names)) == len(names) <= MOST_NAMED
    assert all(is_skill(name) for name in names)


@given(st.lists(st.sampled_from(["law", "tax law", "set theory", "c#"]), min_size=2, unique=True))
def test_what_is_written_as_asked_is_read_back(names: list[str]) -> None:
    assert read_annotation(f"Keywords: {', '.join(names)}") == names
    assert read_annotation(json.dumps({"keywords": names})) == names
    assert read_annotation("\n".join(f"- {name}" for name in names)) == names
