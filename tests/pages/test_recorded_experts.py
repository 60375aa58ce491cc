"""Recorded experts and their runs, on every page that shows them."""

import pytest
from django.test import Client

from tests.recorded.logs import done
from webapp.accounts.models import Team
from webapp.execution.start import submit_run
from webapp.questions.models import QuestionSet
from webapp.runs.models import Profile

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nobody_listens")]


def test_pages_of_a_recorded_run(
    team: Team, signed_in: Client, recorded_profile: Profile, test_set: QuestionSet
) -> None:
    run = done(submit_run(team, None, pool=recorded_profile.pool, questions=test_set))
    page = signed_in.get(run.get_absolute_url()).content.decode()
    assert "the weighted vote" in page and "responses.jsonl" in page
    answer = run.answers.first()
    assert answer is not None
    page = signed_in.get(f"{run.get_absolute_url()}/questions/{answer.pk}").content.decode()
    assert "by the weighted vote" in page and "recorded" in page and "Prompt" not in page
    for address in (
        recorded_profile.get_absolute_url(),
        recorded_profile.pool.get_absolute_url(),
        "/experts/",
    ):
        assert ">right<" in signed_in.get(address).content.decode()
    expert = recorded_profile.pool.experts.get(source="org/right")
    page = signed_in.get(expert.get_absolute_url()).content.decode()
    assert "8 of 8 questions" in page and "Try it" not in page
    assert signed_in.get(f"/experts/{expert.pk}/edit").status_code == 404
