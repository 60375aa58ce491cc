"""What a profile, and a run, say of the skills of their questions."""

import pytest
from django.test import Client
from django.utils.html import escape

from moe_core.merging import MEANING, SPELLING
from tests.conftest import MakeSet
from tests.pages.profiles.made import RIGHT, WRONG, built
from tests.pages.reading import words
from webapp.execution.profiles import profiling
from webapp.execution.profiles.evidence import evidence_of
from webapp.execution.start import submit_profile
from webapp.experts.models import Pool
from webapp.questions.models import Question
from webapp.runs.found_skills import found_skills, run_cautions, skill_cautions
from webapp.runs.models import Answer, Profile, Run

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nobody_listens")]

Rows = list[tuple[list[str], str, str]]
POOR: Rows = [
    (["sums"], RIGHT, WRONG),
    (["sums", "d) h2o"], RIGHT, WRONG),
    (["paris"], WRONG, RIGHT),
    *[([], RIGHT, WRONG)] * 4,
]
NEAR: Rows = [
    *[(["vectors"], RIGHT, WRONG)] * 3,
    (["vector", "vectors"], WRONG, RIGHT),
    (["matrix"], WRONG, RIGHT),
]


def told(pool: Pool, make: MakeSet, rows: Rows) -> Profile:
    """A profile of as many questions as there are rows, all of them answered."""
    made = make("validation", len(rows))
    Question.objects.filter(question_set=made, row=3).update(gold="B", options=["Rome", "Paris"])
    profile = built(pool, make, rows)
    Answer.objects.filter(run__profile=profile).update(asked=True)
    return profile


def test_a_profile_tells_what_was_found(
    signed_in: Client, pool: Pool, question_set: MakeSet
) -> None:
    profile = told(pool, question_set, POOR)
    found = found_skills(profile)
    assert found is not None
    assert (found.questions, found.with_skill, found.skills, found.thin) == (7, 3, 3, 3)
    assert found.doubtful == ["d) h2o", "paris"]  # no name, and the answer to its question
    (caution,) = skill_cautions(profile)
    assert "Only 3 of 7 validation questions have a skill" in caution
    assert "another annotator, or without one" in caution
    for address in (profile.get_absolute_url(), pool.get_absolute_url()):
        assert caution in words(signed_in.get(address).content.decode())
    page = words(signed_in.get(profile.get_absolute_url()).content.decode())
    assert "Questions with a skill 3 of 7 Skills 3 Skills of under 5 questions 3" in page
    assert "2 look like no skill, or like the answer to a question: d) h2o paris" in page


def test_half_is_enough(pool: Pool, question_set: MakeSet) -> None:
    assert skill_cautions(told(pool, question_set, POOR[:3] + POOR[-3:])) == []
    assert skill_cautions(None) == []


def test_without_an_annotator_no_other_is_proposed(pool: Pool, question_set: MakeSet) -> None:
    pool.annotator = None
    pool.save()
    (caution,) = skill_cautions(told(pool, question_set, POOR))
    assert "larger validation set" in caution and "annotator" not in caution


def test_a_profile_that_is_being_built_tells_of_what_it_has_read(
    signed_in: Client, pool: Pool, question_set: MakeSet
) -> None:
    run = submit_profile(pool.team, None, pool, question_set("validation", 4))
    assert run.profile is not None and found_skills(run.profile) is None
    assert "Skills of its questions" not in page_of(signed_in, run.profile)
    first = run.answers.order_by("pk")[0]
    Answer.objects.filter(pk=first.pk).update(asked=True, skills=[["sums", "sums", 1.0]])
    Run.objects.filter(pk=run.pk).update(event_seq=2)  # as the step that notes skills does
    assert "Questions with a skill 1 of 1 so far" in page_of(signed_in, run.profile)


def page_of(client: Client, profile: Profile) -> str:
    return words(client.get(profile.get_absolute_url()).content.decode())


@pytest.mark.parametrize(
    ("merging", "cells"),
    [
        ("apart", {"matrix": 1, "vector": 1, "vectors": 4}),
        (SPELLING.name, {"matrix": 1, "vectors": 4}),
        (MEANING.name, {"matrix": 1, "vectors": 4}),
    ],
)
def test_near_equal_skills_are_merged_as_the_pool_says(
    signed_in: Client, pool: Pool, question_set: MakeSet, merging: str, cells: dict[str, int]
) -> None:
    pool.merging = merging
    pool.save()
    profile = told(pool, question_set, NEAR)
    expert = pool.experts.all()[0]
    counted = profile.cells.filter(expert=expert)
    assert {cell.skill: cell.right + cell.wrong for cell in counted} == cells
    found = found_skills(profile)
    assert found is not None and found.skills == len(cells)
    page = signed_in.get(f"/profiles/{profile.pk}/cell?expert={expert.pk}&skill=vectors")
    assert len(page.context["page"].rows) == 4
    run = profile.runs.get()
    per_skill: dict[str, int] = {}
    for _, (skills, _) in profiling.observations(run.pk):
        for skill in skills:
            per_skill[skill] = per_skill.get(skill, 0) + 1
    assert per_skill == cells


def test_evidence_has_the_names_that_count(pool: Pool, question_set: MakeSet) -> None:
    from webapp.execution.vectors import embed_some

    pool.merging = SPELLING.name
    pool.save()
    profile = told(pool, question_set, [*NEAR, (["vector"], RIGHT, WRONG)])
    while embed_some(profile.question_set, pool.embedder):
        pass
    evidence = evidence_of(profile, list(pool.experts.all()))
    assert list(evidence.skills) == [["vectors"]] * 4 + [["matrix"], ["vectors"]]
    assert found_skills(profile).merged == 1  # type: ignore[union-attr]


def test_what_a_run_rests_on(signed_in: Client, pool: Pool, question_set: MakeSet) -> None:
    profile = told(pool, question_set, POOR)
    run = Run.objects.create(
        team=pool.team, pool=pool, profile=profile, question_set=question_set(),
        method="skill-moe", recruiter="paper", questions=4, finished=4, unmatched=3,
    )  # fmt: skip
    near, weak = ["addition", "sums", 0.8], ["monetary policy", "sums", 0.33]
    rows = zip(run.question_set.questions.all(), ([near], [near, weak], [weak], []), strict=False)  # type: ignore[union-attr]
    Answer.objects.bulk_create(
        Answer(run=run, question=question, skills=skills, asked=True) for question, skills in rows
    )
    poor, unmatched, weakly = run_cautions(run)
    assert poor.startswith("Only 3 of 7") and unmatched.startswith("3 of 4 questions are unmatched")
    assert weakly.startswith("2 of 3 questions with a skill rest on a weak match")
    page = words(signed_in.get(run.get_absolute_url()).content.decode())
    assert poor in page and unmatched in page and escape(weakly) in page
    third = run.answers.order_by("pk")[2]
    page = words(signed_in.get(f"{run.get_absolute_url()}/questions/{third.pk}").content.decode())
    assert "monetary policy sums 0.33 weak" in page
    run.recruiter = "task-top-k"  # reads no skills
    assert run_cautions(run) == []
