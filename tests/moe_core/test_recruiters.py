"""Recruiting: the paper's formula by hand, and laws that hold for any profile."""

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moe_core.errors import RecruitingError
from moe_core.paper_draw import paper_fits, paper_probabilities
from moe_core.profiles import Cell, Profile
from moe_core.recruiters import RECRUITERS, Fills, Recruiter, recruit
from moe_core.recruitment import Asked
from moe_core.skills import WEAK, Match
from tests.moe_core.evidences import every, evidence

SKILLS = ["algebra", "geometry", "law"]

cells = st.builds(Cell, st.integers(0, 30), st.integers(0, 30))
EXPERTS = ["a", "b", "c", "d", "e"]
by_skill = st.dictionaries(
    st.sampled_from(EXPERTS),
    st.dictionaries(st.sampled_from(SKILLS), cells, max_size=3),
    min_size=1,
)
nothing: st.SearchStrategy[dict[str, Cell]] = st.just({})
answered = nothing | st.fixed_dictionaries(dict.fromkeys(EXPERTS, cells))
counted = st.builds(Profile, by_skill, answered)


def _observed(profile: Profile) -> Profile:
    rules = {expert: every(place + 1) for place, expert in enumerate(profile.cells)}
    return replace(profile, evidence=evidence(rules))


profiles = counted.map(_observed)
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
    found = recruit("paper", empty, Asked(["law"]), 3, seed=0)
    assert found.uniform
    assert found.probabilities == {"a": 0.5, "b": 0.5}


def test_one_expert_may_hold_two_seats() -> None:
    found = recruit("paper", profile(a={"law": 3}, b={}), Asked(["law"]), 3, seed=1)
    assert found.seats == ("a", "a", "a")
    assert not found.uniform


@given(profiles, skills, st.integers(1, 8), st.integers())
def test_paper_gives_every_question_k_seats_by_probability(
    profile: Profile, skills: list[str], k: int, seed: int
) -> None:
    found = recruit("paper", profile, Asked(skills), k, seed)
    assert len(found.seats) == k
    assert set(found.probabilities) == set(profile.cells)
    assert sum(found.probabilities.values()) == pytest.approx(1.0, abs=1e-12)
    assert all(found.probabilities[seat] > 0 for seat in found.seats)


@given(st.sampled_from(sorted(RECRUITERS)), profiles, skills, st.integers(1, 8), st.text())
def test_the_same_seed_gives_the_same_seats(
    name: str, profile: Profile, skills: list[str], k: int, seed: str
) -> None:
    first = recruit(name, profile, Asked(skills), k, seed)
    random.seed(0)  # whatever else draws in between
    assert recruit(name, profile, Asked(skills), k, seed) == first
    assert first.seats and set(first.seats) <= set(profile.cells)


@given(st.sampled_from(sorted(RECRUITERS)), profiles, skills, st.integers(1, 8), st.integers())
def test_every_recruiter_fills_its_seats(
    name: str, profile: Profile, skills: list[str], k: int, seed: int
) -> None:
    found = recruit(name, profile, Asked(skills), k, seed)
    seats = {Fills.K: k, Fills.ONE: 1, Fills.ALL: len(profile.cells)}[RECRUITERS[name].fills]
    assert len(found.seats) == seats
    assert set(found.probabilities) == set(profile.cells)
    assert sum(found.probabilities.values()) == pytest.approx(1.0, abs=1e-12)
    if name != "paper" and seats <= len(profile.cells):  # paper draws with replacement
        assert len(set(found.seats)) == seats


@given(st.sampled_from(sorted(RECRUITERS)), profiles, skills, st.integers(1, 8), st.integers())
def test_what_a_recruiter_does_not_read_changes_nothing(
    name: str, profile: Profile, skills: list[str], k: int, seed: int
) -> None:
    recruiter = RECRUITERS[name]
    told = recruit(name, profile, Asked(skills), k, seed)
    if not recruiter.reads_skills:
        assert recruit(name, profile, Asked(), k, seed) == told
    if not recruiter.reads_profile:
        bare = Profile({expert: {} for expert in profile.cells})
        assert not recruiter.reads_evidence
        assert recruit(name, bare, Asked(skills), k, seed) == told


@given(profiles, skills, st.integers(1, 5))
def test_the_top_k_are_the_likeliest(profile: Profile, skills: list[str], k: int) -> None:
    found = recruit("paper-top-k", profile, Asked(skills), k, 0)
    drawn = recruit("paper", profile, Asked(skills), k, 0)
    assert (found.probabilities, found.uniform) == (drawn.probabilities, drawn.uniform)
    left = set(profile.cells) - set(found.seats)
    if not found.uniform:
        least = min(found.probabilities[seat] for seat in found.seats)
        assert all(found.probabilities[expert] <= least for expert in left)


def test_the_top_k_are_filled_up_by_the_strength_on_the_task() -> None:
    known = profile(a={"law": 1}, b={"tax": 1}, c={"tax": 3}, d={"law": 5})
    strong = replace(known, answered={"a": Cell(1, 9), "b": Cell(8, 2), "c": Cell(9, 1)})
    assert recruit("paper-top-k", known, Asked(["law"]), 2, 0).seats == ("d", "a")
    assert recruit("paper-top-k", strong, Asked(["law"]), 4, 0).seats == ("d", "a", "c", "b")
    unmatched = recruit("paper-top-k", strong, Asked(), 2, 0)
    assert unmatched.uniform and unmatched.seats == ("c", "b")


def test_the_strongest_are_right_on_questions_not_on_skills() -> None:
    """One question of three skills counts once where that is known."""
    cells = {"a": {s: Cell(1, 0) for s in SKILLS} | {"tax": Cell(0, 2)}, "b": {"law": Cell(2, 2)}}
    known = Profile(cells, {"a": Cell(1, 2), "b": Cell(2, 2)})
    assert recruit("task-top-k", known, Asked(), 2, 0).seats == ("b", "a")
    assert recruit("task-top-k", Profile(cells), Asked(), 2, 0).seats == ("a", "b")
    assert recruit("single", known, Asked(), 3, 0).seats == ("b",)
    assert recruit("task-top-k", known, Asked(), 3, 0).seats == ("b", "a", "b")


def test_random_experts_are_as_likely_as_each_other() -> None:
    known = profile(a={"law": 9}, b={}, c={}, d={})
    drawn = [recruit("random", known, Asked(["law"]), 2, seed).seats for seed in range(2000)]
    assert all(len(set(seats)) == 2 for seats in drawn)
    assert sum("a" in seats for seats in drawn) / len(drawn) == pytest.approx(0.5, abs=0.04)


def test_draws_follow_the_probabilities() -> None:
    known = profile(a={"law": 2}, b={"law": 1})  # weights 2·4 and 1·1
    drawn = [recruit("paper", known, Asked(["law"]), 1, seed).seats[0] for seed in range(2000)]
    assert drawn.count("a") / len(drawn) == pytest.approx(8 / 9, abs=0.03)


def test_everyone_takes_a_seat() -> None:
    known = profile(a={"law": 2}, b={"law": 5}, c={"law": 2, "algebra": 1}, d={})
    assert recruit("everyone", known, Asked(), 3, 0).seats == ("a", "b", "c", "d")


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
        recruit(name, experts, Asked(["law"]), k, 0)


@given(
    st.dictionaries(
        st.sampled_from(EXPERTS),
        st.dictionaries(st.sampled_from(SKILLS), st.integers(-20, 20)),
        min_size=1,
    ),
    skills,
)
def test_the_formula_agrees_with_a_straightforward_computation(
    profiles: dict[str, dict[str, int]], skills: list[str]
) -> None:
    """Suitability over the experts that hold a skill, times totals shifted and squared."""
    suitability: dict[str, int] = {}
    for skill in skills:
        for expert, scores in profiles.items():
            if skill in scores:
                suitability[expert] = suitability.get(expert, 0) + scores[skill]
    totals = {expert: sum(scores.values()) for expert, scores in profiles.items()}
    least = min(totals.values())
    if least < 0:
        totals = {expert: total - least + 1 for expert, total in totals.items()}
    if suitability and not any(score > 0 for score in suitability.values()):
        lowest = min(suitability.values())
        suitability = {expert: score - lowest + 1 for expert, score in suitability.items()}
    weights = {e: float(s * totals[e] ** 2) for e, s in suitability.items() if s > 0}
    whole = sum(weights.values())
    expected = {e: weights.get(e, 0.0) / whole if whole else 1 / len(profiles) for e in profiles}
    found = paper_probabilities(profiles, skills)
    assert found == pytest.approx(expected, abs=1e-12)
    assert sum(found.values()) == pytest.approx(1.0, abs=1e-12)


@pytest.mark.parametrize("score", [float("nan"), float("inf")])
def test_a_score_that_is_no_number_is_refused(score: float) -> None:
    with pytest.raises(RecruitingError, match=r"the score of b in law is (nan|inf)"):
        paper_probabilities({"a": {"law": 1}, "b": {"law": score}}, ["law"])  # type: ignore[dict-item]


def test_probabilities_of_nobody_are_refused() -> None:
    with pytest.raises(RecruitingError, match="no experts"):
        paper_probabilities({}, ["law"])


@given(profiles, skills)
def test_the_fits_explain_the_papers_probabilities(profile: Profile, skills: list[str]) -> None:
    fits = paper_fits(profile, skills)
    total = sum(fit.weight for fit in fits.values())
    found = recruit("paper", profile, Asked(skills), 1, seed=0)
    assert found.uniform == (total <= 0)
    for expert, probability in found.probabilities.items():
        if not found.uniform:
            weight = fits[expert].weight if expert in fits else 0.0
            assert probability == pytest.approx(weight / total)
        assert (expert in fits) == any(skill in profile.cells[expert] for skill in skills)


@pytest.mark.parametrize("recruiter", RECRUITERS.values(), ids=lambda of: of.name)
def test_only_ours_leaves_weak_matches_out(recruiter: Recruiter) -> None:
    weak = Match("monetary policy", "thermodynamics", WEAK - 0.01)
    near = Match("monetary policy", "macroeconomics", WEAK)
    counted = recruiter.counted([weak, near, weak])
    assert counted == ([near] if recruiter.name == "ours" else [weak, near, weak])
