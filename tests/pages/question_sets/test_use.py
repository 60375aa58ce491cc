"""Who has used a question set, and the skills that were seen in it."""

from typing import Any

import pytest
from django.test import Client

from tests.pages.reading import flat
from webapp.accounts.models import Team
from webapp.experts.models import Pool
from webapp.questions.models import QuestionSet
from webapp.runs.models import Answer, Profile, Run

pytestmark = pytest.mark.django_db


def test_who_has_used_a_set(signed_in: Client, team: Team, pool: Pool, three: QuestionSet) -> None:
    address = f"{three.get_absolute_url()}/used"
    assert "No run and no profile has used it" in signed_in.get(address).content.decode()
    run = Run.objects.create(
        team=team, pool=pool, question_set=three, method="skill-moe", recruiter="paper"
    )
    Run.objects.create(team=team, pool=pool, question_set=three, method="all-experts")
    skills: list[list[Any]] = [
        [["a & b", "sums", 1.0], ["zoo", "zoo", 1.0]],
        [["a & b", "sums", 1.0]],
        [],
    ]
    for question, seen in zip(three.questions.all(), skills, strict=True):
        Answer.objects.create(run=run, question=question, skills=seen)
    Profile.objects.create(team=team, pool=pool, question_set=three)
    page = flat(signed_in.get(address).content.decode())
    assert f'<a class="chip" href="/runs/{run.pk}/questions?skill=a%20%26%20b">' in page
    assert page.index("a &amp; b <small>2</small>") < page.index("zoo <small>1</small>")
    assert f"Run {run.pk}" in page and "Small on Three" in page

    question = three.questions.all()[0]
    page = signed_in.get(f"{question.get_absolute_url()}/used").content.decode()
    assert f"Run {run.pk}" in page and '<span class="chip">zoo</span>' in page


def test_skills_of_another_teams_run_are_not_shown(
    signed_in: Client, pool: Pool, three: QuestionSet
) -> None:
    others = Team.objects.create(name="Others")
    run = Run.objects.create(team=others, pool=pool, question_set=three, recruiter="paper")
    Answer.objects.create(run=run, question=three.questions.all()[0], skills=[["zoo", "zoo", 1]])
    assert "chip" not in signed_in.get(f"{three.get_absolute_url()}/used").content.decode()
