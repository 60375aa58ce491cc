"""Skills: reading annotations, and matching to the profiled ones."""

import hashlib
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from moe_core.annotations import read_annotation
from moe_core.skill_names import is_skill
from moe_core.skills import (
    ANNOTATIONS,
    LONGEST_SKILL,
    NEAREST,
    Match,
    SkillMatcher,
    infer_skills,
    infer_skills_as_published,
    nearest_skills,
)
from moe_core.vocabulary import SKILL_NAMES


def embed(texts: Sequence[str]) -> NDArray[np.float32]:
    """Unit vectors that depend on the first letter more than on the rest."""
    rows = []
    for text in texts:
        rest = int(hashlib.sha256(text.encode()).hexdigest()[:4], 16) / 65536
        row = np.array([ord(text[0]) - 96, 1.0, rest / 10])
        rows.append(row / np.linalg.norm(row))
    return np.array(rows, dtype=np.float32)


def test_a_skill_counts_when_two_of_five_annotations_name_it() -> None:
    annotations = [
        "Keywords: algebra, law, law, law",  # repeats within one annotation count once
        "Keywords: algebra",
        "Keywords: history",
        "Keywords: tax",
        "Keywords: Tax.",
    ]
    assert len(annotations) == ANNOTATIONS
    assert infer_skills(annotations) == ["algebra", "tax"]


def test_the_published_scripts_count_repeats_and_the_empty_string() -> None:
    annotations = ["Keywords: law, law", "Keywords: tax,", "Keywords: tax", "", "Keywords: art"]
    assert infer_skills(annotations) == ["tax"]
    assert infer_skills_as_published(annotations) == ["law", "tax", ""]


def test_the_published_scripts_take_whole_answers_for_skills() -> None:
    annotations = ["38 * 2 = 72", "d) h2o"] * 2
    assert infer_skills_as_published(annotations) == ["38 * 2 = 72", "d) h2o"]
    assert infer_skills(annotations) == []


def test_the_published_scripts_drop_long_names() -> None:
    longest, longer = "s" * LONGEST_SKILL, "s" * (LONGEST_SKILL + 1)
    annotations = [f"Keywords: {longest}, {longer}"] * 2
    assert infer_skills_as_published(annotations) == [longest]
    assert infer_skills(annotations) == [longest, longer]


@given(st.lists(st.text(), max_size=5))
def test_inferring_never_fails(annotations: list[str]) -> None:
    for skill in infer_skills(annotations):
        assert is_skill(skill)
        assert sum(skill in read_annotation(text) for text in annotations) >= 2


def test_two_skills_that_map_to_one_count_twice() -> None:
    matches = SkillMatcher(embed).match(["alge", "algo"], ["algebra", "zoology"])
    assert [match.profiled for match in matches] == ["algebra", "algebra"]
    assert [match.skill for match in matches] == ["alge", "algo"]
    assert all(0.9 < match.similarity <= 1.0 + 1e-6 for match in matches)


def test_a_profiled_skill_matches_itself() -> None:
    (match,) = SkillMatcher(embed).match(["law"], ["algebra", "law"])
    assert (match.skill, match.profiled) == ("law", "law")
    assert match.similarity == pytest.approx(1.0, abs=1e-6)


@pytest.mark.parametrize(("skills", "profiled"), [([], ["law"]), (["law"], []), ([], [])])
def test_nothing_matches_nothing(skills: list[str], profiled: list[str]) -> None:
    found: list[Match] = SkillMatcher(embed).match(skills, profiled)
    assert found == []


def test_each_skill_is_embedded_once() -> None:
    asked: list[str] = []

    def counting(texts: Sequence[str]) -> NDArray[np.float32]:
        asked.extend(texts)
        return embed(texts)

    matcher = SkillMatcher(counting)
    matcher.match(["law", "tax"], ["law"])
    matcher.match(["tax", "art"], ["law", "art"])
    assert sorted(asked) == ["art", "law", "tax"]
    assert matcher.learn(["law", "new", "new"]) == ["new"]


def test_the_real_embedder_knows_what_is_near() -> None:
    from moe_core.embedder import embed as real

    (match,) = SkillMatcher(real).match(["solving equations"], ["algebra", "law", "biology"])
    assert match.profiled == "algebra"
    assert np.linalg.norm(real(["law"])[0]) == pytest.approx(1.0, abs=1e-5)


def test_matching_against_another_profile_forgets_the_first() -> None:
    matcher = SkillMatcher(embed)
    assert matcher.match(["law"], ["law", "tax"])[0].profiled == "law"
    assert matcher.match(["law"], ["art"])[0].profiled == "art"


def test_the_nearest_names_first() -> None:
    names = ["law", "tax", "art", "music"]
    vectors = np.eye(4, dtype=np.float32)
    question = np.array([0.1, 0.9, 0.3, 0.2], np.float32)
    assert nearest_skills(question, names, vectors) == ["tax", "art", "music"][:NEAREST]


def test_the_vocabulary_is_made_of_skills() -> None:
    assert len(set(SKILL_NAMES)) == len(SKILL_NAMES)
    for name in SKILL_NAMES:
        assert name == name.lower().strip() and len(name) <= LONGEST_SKILL


@pytest.mark.parametrize(
    ("question", "skill"),
    [
        ("What is the derivative of sin(x) with respect to x?", "calculus"),
        ("A plaintiff sues for breach of a written agreement. Who wins?", "contract law"),
        ("Which enzyme unwinds DNA during replication?", "molecular biology"),
        ("A 3 kg block slides down a frictionless incline. Find its speed.", "kinematics"),
    ],
)
def test_skills_of_real_questions(question: str, skill: str) -> None:
    from moe_core.embedder import embed as real

    assert skill in nearest_skills(real([question])[0], SKILL_NAMES, real(SKILL_NAMES))


def test_a_match_in_another_field_is_weak() -> None:
    from moe_core.embedder import embed as real

    (match,) = SkillMatcher(real).match(["monetary policy"], ["thermodynamics", "anatomy"])
    assert match.profiled == "thermodynamics" and match.is_weak
    (match,) = SkillMatcher(real).match(["monetary policy"], ["thermodynamics", "macroeconomics"])
    assert match.profiled == "macroeconomics" and not match.is_weak
