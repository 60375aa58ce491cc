"""A team sees its own things only."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.conftest import MakeSet
from webapp.accounts.models import Team, User
from webapp.experts.models import Pool
from webapp.runs.models import Answer, Profile, Run

pytestmark = pytest.mark.django_db


def test_other_teams_things_are_not_there(
    client: Client, pool: Pool, question_set: MakeSet, team: Team
) -> None:
    questions = question_set("validation")
    profile = Profile.objects.create(team=team, pool=pool, question_set=questions, ready=True)
    run = Run.objects.create(team=team, pool=pool, question_set=questions, method="all-experts")
    answer = Answer.objects.create(run=run, question=questions.questions.all()[0])
    stranger = User.objects.create_user("stranger", team=Team.objects.create(name="Others"))
    client.force_login(stranger)
    for name in ("run", "run-live", "run-events", "run-figure", "run-cancel", "answers"):
        assert client.get(reverse(name, args=[run.pk])).status_code == 404, name
    assert client.get(reverse("answer", args=[run.pk, answer.pk])).status_code == 404
    for name, pk in {
        "pool": pool.pk,
        "pool-edit": pool.pk,
        "profile": profile.pk,
        "question-set": questions.pk,
    }.items():
        assert client.get(reverse(name, args=[pk])).status_code == 404, name
    for name, pk in {"pool-profile": pool.pk, "profile-rank": profile.pk}.items():
        assert client.post(reverse(name, args=[pk])).status_code == 404, name
    for address in ("/", "/runs/", "/pools/", "/question-sets/", "/runs/new"):
        page = client.get(address).content.decode()
        assert "Small" not in page and "validation 8" not in page and "Run 1" not in page
    given = {"pool": pool.pk, "question_set": questions.pk, "method": "all-experts", "k": 3,
             "seed": 0, "writer": "majority"}  # fmt: skip
    assert client.post("/runs/new", given).status_code == 422
    assert Run.objects.count() == 1


def test_another_teams_recorded_experts_are_not_there(
    client: Client, recorded_profile: Profile, recorded_pool: Pool
) -> None:
    other = User.objects.create_user("eve", team=Team.objects.create(name="Other"))
    client.force_login(other)
    expert = recorded_pool.experts.all()[0]
    assert client.get(expert.get_absolute_url()).status_code == 404
    assert expert.name not in client.get("/experts/").content.decode()
    assert expert.name not in client.get("/pools/new").content.decode()
