"""Signing in, home, errors, and that a team sees its own things only."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.conftest import MakeSet
from webapp.accounts.models import Team, User
from webapp.experts.models import Pool
from webapp.runs.models import Answer, Profile, Run

pytestmark = pytest.mark.django_db

PAGES = [
    "/",
    "/runs/",
    "/runs/new",
    "/question-sets/",
    "/question-sets/new",
    "/experts/",
    "/experts/presets",
    "/experts/new",
    "/pools/",
    "/pools/new",
]


@pytest.mark.parametrize("address", PAGES)
def test_strangers_are_sent_to_sign_in(client: Client, address: str) -> None:
    assert client.get(address).headers["Location"] == f"/sign-in?next={address}"


def test_a_part_of_a_page_never_becomes_the_sign_in_form(client: Client) -> None:
    part = client.get("/gpu", headers={"HX-Request": "true"}, follow=True)
    assert part.headers["HX-Refresh"] == "true" and part.content == b""


@pytest.mark.parametrize("address", PAGES)
def test_pages_of_an_empty_installation(signed_in: Client, address: str) -> None:
    page = signed_in.get(address)
    assert page.status_code == 200
    assert b"is-invalid" not in page.content
    assert b"<style" not in page.content
    assert b" style=" not in page.content
    assert b"<script>" not in page.content


def test_signing_in_and_out(client: Client, user: User) -> None:
    wrong = client.post("/sign-in", {"username": "admin", "password": "nonsense"})
    assert "Please enter a correct username" in wrong.content.decode()
    there = client.post("/sign-in?next=/runs/", {"username": "admin", "password": "a password"})
    assert there.headers["Location"] == "/runs/"
    assert client.get("/runs/").status_code == 200
    assert client.get("/sign-out").headers["Location"] == "/"
    client.post("/sign-out")
    assert client.get("/runs/").status_code == 302


def test_home_shows_the_three_steps_until_there_is_a_run(
    signed_in: Client, team: Team, pool: Pool, question_set: MakeSet
) -> None:
    Pool.objects.all().delete()
    assert "Three steps to a first result" in signed_in.get("/").content.decode()
    Run.objects.create(team=team, question_set=question_set(), method="all-experts")
    page = signed_in.get("/").content.decode()
    assert "Three steps" not in page
    assert "In progress" in page
    assert "no expert is loaded" in page


def test_errors_are_pages_too(client: Client, signed_in: Client) -> None:
    page = signed_in.get("/nothing/here")
    assert page.status_code == 404
    assert "There is nothing here" in page.content.decode()


def test_a_page_that_fails_says_so(signed_in: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    signed_in.raise_request_exception = False
    monkeypatch.setattr("webapp.progress.gpu.living_workers", lambda: 1 / 0)
    page = signed_in.get("/")
    assert page.status_code == 500
    assert "Something failed on our side" in page.content.decode()


def test_a_form_without_its_token_is_refused(user: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(user)
    page = strict.post("/question-sets/new")
    assert page.status_code == 403
    assert "The form has expired" in page.content.decode()


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


def test_an_answer_belongs_to_its_run(
    signed_in: Client, team: Team, pool: Pool, question_set: MakeSet
) -> None:
    questions = question_set()
    first, second = (
        Run.objects.create(team=team, pool=pool, question_set=questions, method="all-experts")
        for _ in range(2)
    )
    answer = Answer.objects.create(run=first, question=questions.questions.all()[0])
    assert signed_in.get(reverse("answer", args=[first.pk, answer.pk])).status_code == 200
    assert signed_in.get(reverse("answer", args=[second.pk, answer.pk])).status_code == 404
