"""What a new run's form keeps: presets, an earlier run's settings, a routing after a refusal."""

from typing import Any

import pytest
from django.test import Client

from tests.conftest import MakeSet, demo_expert
from webapp.accounts.models import Team, User
from webapp.experts.models import Pool
from webapp.pages.new_run import routing
from webapp.planning import previews
from webapp.runs.models import Preset, Preview, Profile, Run

pytestmark = pytest.mark.django_db

Form = dict[str, Any]


@pytest.fixture(autouse=True)
def nobody_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webapp.queue.events.wake", lambda name, *args: None)


@pytest.fixture
def user(team: Team) -> User:
    """Without a password: hashing one takes longer than most of these tests."""
    return User.objects.create_superuser("admin", team=team)


@pytest.fixture
def profile(team: Team, pool: Pool, question_set: MakeSet) -> Profile:
    return Profile.objects.create(
        team=team, pool=pool, question_set=question_set("validation"), ready=True, ranked=True
    )


@pytest.fixture
def form(pool: Pool, question_set: MakeSet) -> Form:
    return {
        "question_set": question_set().pk, "pool": pool.pk, "method": "skill-moe", "recruiter": "",
        "profile": "", "k": 3, "seed": 5, "writer": "majority",
    }  # fmt: skip


def test_a_preset_fills_the_form(signed_in: Client, form: Form) -> None:
    settings = form | {"method": "all-experts", "k": 7, "left_out": [demo_expert("tiny-01").pk]}
    saved = settings | {"act": "save", "name": "Everyone else"}
    page = signed_in.post("/runs/new", saved, follow=True)
    preset = Preset.objects.get()
    assert page.redirect_chain[-1][0] == f"/runs/new?preset={preset.pk}"
    text = page.content.decode()
    assert "The preset Everyone else is saved" in text and "Leaves out tiny-01" in text
    filled = page.context["form"]
    assert {name: filled[name].value() for name in ("k", "method", "seed")} == {
        "k": 7, "method": "all-experts", "seed": 5,
    }  # fmt: skip
    again = signed_in.post("/runs/new", saved)
    assert again.status_code == 422 and "take another name" in again.content.decode()
    nameless = signed_in.post("/runs/new", saved | {"name": " "})
    assert "Give the preset a name" in nameless.content.decode()
    assert Preset.objects.count() == 1 and not Run.objects.exists()

    deleted = signed_in.post(f"/runs/presets/{preset.pk}/delete", follow=True)
    assert "The preset Everyone else is deleted" in deleted.content.decode()
    assert not Preset.objects.exists()


def test_a_run_again_with_changes(signed_in: Client, profile: Profile, form: Form) -> None:
    left_out = [demo_expert("tiny-02").pk]
    settings = form | {"recruiter": "paper-top-k", "k": 2, "left_out": left_out}
    signed_in.post("/runs/new", settings)
    run = Run.objects.get()
    page = signed_in.get(run.get_absolute_url()).content.decode()
    assert f"/runs/new?like={run.pk}" in page
    filled = signed_in.get("/runs/new", {"like": run.pk}).context["form"]
    told = {name: filled[name].value() for name in settings}
    assert told == settings | {"profile": profile.pk}
    signed_in.post("/runs/new", told)
    other = Run.objects.latest("pk")
    for name in ("question_set", "pool", "method", "recruiter", "k", "seed", "writer", "left_out"):
        assert getattr(other, name) == getattr(run, name)


def test_a_method_with_its_own_recruiter_again(signed_in: Client, form: Form) -> None:
    signed_in.post("/runs/new", form | {"method": "all-experts"})
    run = Run.objects.get()
    filled = signed_in.get("/runs/new", {"like": run.pk}).context["form"]
    told = {name: filled[name].value() for name in form} | {"profile": ""}
    assert signed_in.post("/runs/new", told).status_code == 302


def test_another_pool_forgets_who_was_left_out(signed_in: Client, team: Team, form: Form) -> None:
    other = Pool.objects.create(team=team, name="Other")
    other.experts.set([demo_expert("tiny-03")])
    left_out = [demo_expert("tiny-01").pk, "nonsense"]
    signed_in.post(
        "/runs/new", form | {"pool": other.pk, "method": "all-experts", "left_out": left_out}
    )
    assert Run.objects.get().left_out == []


@pytest.mark.parametrize("nonsense", ["x", "-1", "9" * 30, "", "\0", "\uff11"])
def test_nonsense_in_the_address(signed_in: Client, nonsense: str) -> None:
    for name in ("preset", "preview", "like", "before", "pool"):
        page = signed_in.get("/runs/new", {name: nonsense})
        assert page.status_code == 200 and "Choose on the left" in page.content.decode()


def shown(client: Client, form: Form) -> tuple[Preview, str]:
    """A preview that is ready, and the address of its page."""
    answer = client.post("/runs/new", form | {"act": "show"})
    preview = Preview.objects.get()
    while previews.find(preview.pk):
        pass
    preview.refresh_from_db()
    return preview, answer.headers["Location"]


def test_what_is_refused_keeps_the_routing_and_the_ticks(signed_in: Client, form: Form) -> None:
    asked = form | {"method": "all-experts"}
    preview, _ = shown(signed_in, asked)
    everyone = preview.basis["experts"]
    sent = asked | {"act": "show", "before": preview.pk, "left_out": everyone}
    refused = signed_in.post("/runs/new", sent)
    assert refused.status_code == 422
    page = refused.content.decode()
    assert "keep at least one" in page and "Seats per expert" in page
    assert page.count(" checked>") == len(everyone)


def test_a_debate_says_how_often_it_asks(signed_in: Client, form: Form, profile: Profile) -> None:
    _, address = shown(signed_in, form | {"method": "debate"})
    assert "asked up to 3 times" in signed_in.get(address).content.decode()


def test_a_sample_of_any_size_adds_up() -> None:
    found = {"questions": 1047, "sampled": 500, "seats": {str(n): 214 for n in range(7)}}
    assert sum(routing._seats(found).values()) == round(7 * 214 * 1047 / 500)
