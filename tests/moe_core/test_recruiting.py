"""Recruiting: the paper's formula by hand, and laws that hold for any profile."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moe_core.errors import RecruitingError
from moe_core.profiles import Cell, Profile
from moe_core.recruiting import RECRUITERS, paper_probabilities, recruit

SKILLS = ["algebra", "geometry", "law"]

cells = st.builds(Cell, st.integers(0, 30), st.integers(0, 30))
profiles = st.dictionaries(
    st.sampled_from(["a", "b", "c", "d", "e"]),
    st.dictionaries(st.sampled_from(SKILLS), cells, max_size=3),
    min_size=1,
).map(Profile)
skills = st.lists(st.sampled_from([*SKILLS, "unknown"]), max_size=6)


def profile(**scores: dict[str, int]) -> Profile:
    """A profile with these scores."""
    return Profile(
        {
            expert: {skill: Cell(max(n, 0), max(-n, 0)) for skill, n in skills.items()}
            for expert, skills in scores.items()
        }
    )


def test_the_formula_by_hand() -> None:
    scores = {
        "a": {"algebra": 3, "geometry": 1, "law": -1},  # total 3
        "b": {"algebra": 1, "law": 4},  # total 5
        "c": {"law": 2},  # has neither skill: takes no part
    }
    # Competency: totals squared, 9 + 25 + 4 = 38. Suitability: a 3+3+1 (algebra twice), b 1+1.
    weights = {"a": 7 * 9 / 38, "b": 2 * 25 / 38}
    expected = {e: w / sum(weights.values()) for e, w in weights.items()} | {"c": 0.0}
    found = paper_probabilities(scores, ["algebra", "algebra", "geometry"])
    assert found == pytest.approx(expected, abs=1e-12)


def test_negative_totals_are_shifted() -> None:
    scores = {"a": {"algebra": 2, "law": -5}, "b": {"algebra": 1}}  # totals -3, 1: shifted 1, 5
    weights = {"a": 2 * 1 / 26, "b": 1 * 25 / 26}
    expected = {e: w / sum(weights.values()) for e, w in weights.items()}
    assert paper_probabilities(scores, ["algebra"]) == pytest.approx(expected, abs=1e-12)


def test_without_a_suitable_expert_the_least_unsuitable_take_part() -> None:
    scores = {"a": {"algebra": -1, "law": 3}, "b": {"algebra": -2, "law": 3}, "c": {"law": 9}}
    # Suitability -1 and -2 becomes 2 and 1; competency 4, 1, 81 of 86 (totals 2, 1, 9).
    weights = {"a": 2 * 4 / 86, "b": 1 * 1 / 86}
    expected = {e: w / sum(weights.values()) for e, w in weights.items()} | {"c": 0.0}
    assert paper_probabilities(scores, ["algebra"]) == pytest.approx(expected, abs=1e-12)


def test_experts_with_a_skill_that_scores_zero_take_part_only_if_nobody_is_better() -> None:
    scores = {"a": {"algebra": 0, "law": 1}, "b": {"algebra": 1}}
    assert paper_probabilities(scores, ["algebra"]) == {"a": 0.0, "b": 1.0}


@pytest.mark.parametrize(
    "empty",
    [profile(a={}, b={}), profile(a={"law": 0}, b={"law": 0}), profile(a={"algebra": 5}, b={})],
    ids=["no skills", "all totals zero", "another skill"],
)
def test_nothing_to_tell_experts_apart_is_uniform_and_flagged(empty: Profile) -> None:
    found = recruit("paper", empty, ["law"], 3, seed=0)
    assert found.uniform
    assert found.probabilities == {"a": 0.5, "b": 0.5}


def test_one_expert_may_hold_two_seats() -> None:
    found = recruit("paper", profile(a={"law": 3}, b={}), ["law"], 3, seed=1)
    assert found.seats == ("a", "a", "a")
    assert not found.uniform


@given(profiles, skills, st.integers(1, 8), st.integers())
def test_paper_gives_every_question_k_seats_by_probability(
    profile: Profile, skills: list[str], k: int, seed: int
) -> None:
    found = recruit("paper", profile, skills, k, seed)
    assert len(found.seats) == k
    assert set(found.probabilities) == set(profile.cells)
    assert sum(found.probabilities.values()) == pytest.approx(1.0, abs=1e-12)
    assert all(found.probabilities[seat] > 0 for seat in found.seats)


@given(st.sampled_from(sorted(RECRUITERS)), profiles, skills, st.integers(1, 8), st.text())
def test_the_same_seed_gives_the_same_seats(
    name: str, profile: Profile, skills: list[str], k: int, seed: str
) -> None:
    first = recruit(name, profile, skills, k, seed)
    random.seed(0)  # whatever else draws in between
    assert recruit(name, profile, skills, k, seed) == first
    assert first.seats and set(first.seats) <= set(profile.cells)


def test_draws_follow_the_probabilities() -> None:
    known = profile(a={"law": 2}, b={"law": 1})  # weights 2·4 and 1·1
    drawn = [recruit("paper", known, ["law"], 1, seed).seats[0] for seed in range(2000)]
    assert drawn.count("a") / len(drawn) == pytest.approx(8 / 9, abs=0.03)


def test_everyone_takes_a_seat() -> None:
    known = profile(a={"law": 2}, b={"law": 5}, c={"law": 2, "algebra": 1}, d={})
    assert recruit("everyone", known, [], 3, 0).seats == ("a", "b", "c", "d")


@pytest.mark.parametrize(
    ("name", "experts", "k", "message"),
    [
        ("paper", profile(a={}), 0, "k is 0"),
        ("paper", profile(a={}), -1, "k is -1"),
        ("paper", Profile(), 3, "no experts"),
        ("best", profile(a={}), 3, "unknown recruiter 'best'"),
    ],
)
def test_refusals(name: str, experts: Profile, k: int, message: str) -> None:
    with pytest.raises(RecruitingError, match=message):
        recruit(name, experts, ["law"], k, 0)


def test_probabilities_of_nobody_are_refused() -> None:
    with pytest.raises(RecruitingError, match="no experts"):
        paper_probabilities({}, ["law"])
