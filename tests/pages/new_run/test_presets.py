"""What a new run's form keeps: presets, and an earlier run's settings."""

import pytest
from django.test import Client

from tests.conftest import demo_expert
from tests.planning.previewing import Form
from webapp.accounts.models import Team
from webapp.experts.models import Pool
from webapp.runs.models import Preset, Profile, Run

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nobody_listens")]


def test_a_preset_fills_the_form(signed_in: Client, form: Form) -> None:
    settings = form | {"method": "all-experts", "k": 7, "left_out": [demo_expert("tiny-01").pk]}
    saved = settings | {"act": "save", "name": "Everyone else"}
    page = signed_in.post("/runs/new", saved, follow=True)
    preset = Preset.objects.get()
    assert page.redirect_chain[-1][0] == f"/runs/new?preset={preset.pk}"
    text = page.content.decode()
    assert (
        "The preset Everyone else is saved" in text
        and 'Leaves out <span class="expert">tiny-01</span>' in text
    )
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
    settings = form | {"recruiter": "paper-top-k", "k": 2, "left_out": left_out, "stopping": ""}
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
