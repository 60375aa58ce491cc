"""Experts and pools in the browser: adding, trying, profiling, ranking."""

from typing import Any

import pytest
from django.test import Client

from tests.conftest import MakeSet
from webapp.accounts.models import Team, User
from webapp.experts.models import Expert, Pool
from webapp.experts.presets import PAPER_EXPERTS
from webapp.runs.models import AggregatorRank, Generation, Profile, ProfileCell, Run

pytestmark = pytest.mark.django_db

GIVEN: dict[str, Any] = {
    "name": "Mine",
    "source": "somebody/some-model",
    "dtype": "auto",
    "max_new_tokens": 100,
    "temperature": 0.7,
    "chat_template_options": "",
    "engine": "vllm",
    "concurrency": 8,
    "timeout_seconds": 600,
    "tensor_parallel_size": 1,
    "engine_seed": 0,
}


@pytest.fixture(autouse=True)
def nobody_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webapp.queue.events.wake", lambda name, *args: None)


def test_adding_and_editing_an_expert(signed_in: Client) -> None:
    signed_in.post("/experts/new", {**GIVEN, "chat_template_options": '{"enable_thinking": false}'})
    expert = Expert.objects.get()
    assert expert.chat_template_options == {"enable_thinking": False}
    Expert.objects.update(problem="out of memory", load_seconds=3, tokens_per_second=9)
    signed_in.post(f"/experts/{expert.pk}/edit", {**GIVEN, "caution": "Licence: research only."})
    expert.refresh_from_db()
    assert (expert.caution, expert.problem) == ("Licence: research only.", "out of memory")
    signed_in.post(f"/experts/{expert.pk}/edit", {**GIVEN, "source": "somebody/other-model"})
    expert.refresh_from_db()
    assert (expert.problem, expert.load_seconds) == ("", None)  # measured on another checkpoint


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"source": "/nowhere/at/all"}, "There is no folder /nowhere/at/all"),
        ({"chat_template_options": "[1]"}, "Give a JSON object"),
        ({"chat_template_options": "{"}, "Enter a valid JSON"),
        ({"stop_strings": '["###", ""]'}, "Give a JSON list of texts"),
        ({"stop_strings": '"###"'}, "Give a JSON list of texts"),
        ({"tensor_parallel_size": "0"}, "greater than or equal to 1"),
        ({"trust_remote_code": "on"}, "Pin a revision"),
        ({"temperature": "9"}, "less than or equal to 2"),
        ({"max_new_tokens": "0"}, "greater than or equal to 1"),
        ({"name": ""}, "This field is required"),
    ],
)
def test_what_is_refused(signed_in: Client, change: dict[str, str], message: str) -> None:
    page = signed_in.post("/experts/new", {**GIVEN, **change})
    assert message in page.content.decode()
    assert not Expert.objects.exists()


def test_rare_settings_are_folded_away_until_one_is_wrong(signed_in: Client) -> None:
    shut, opened = '<details class="mb-3">', '<details class="mb-3" open>'
    assert signed_in.get("/experts/new").content.decode().count(shut) == 2
    page = signed_in.post("/experts/new", {**GIVEN, "engine_seed": "-1"}).content.decode()
    assert page.count(opened) == page.count(shut) == 1
    signed_in.post("/experts/new", {**GIVEN, "stop_strings": '["###"]', "quantization": "fp8"})
    page = signed_in.get(Expert.objects.get().get_absolute_url()).content.decode()
    assert "<code>###</code>" in page and "<dt>Quantisation</dt><dd>fp8</dd>" in page


def test_an_endpoint(signed_in: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Added, shown, and changed; its key is never there."""
    monkeypatch.setenv("FAR_API_KEY", "not-for-anybody")
    far = {**GIVEN, "engine": "openai", "endpoint": "http://far:8001/v1", "concurrency": 3}
    signed_in.post("/experts/new", {**far, "key_variable": "FAR_API_KEY"})
    expert = Expert.objects.get()
    shown = [
        signed_in.get(address).content.decode()
        for address in ("/experts/", expert.get_absolute_url(), f"/experts/{expert.pk}/edit")
    ]
    assert "OpenAI-compatible endpoint" in shown[0] and "at http://far:8001/v1" in shown[0]
    assert "<code>FAR_API_KEY</code>" in shown[1] and "3 at once, each within 600 s" in shown[1]
    assert "Checkpoint" not in shown[1]
    assert shown[2].count('<details class="mb-3" open>') == 1
    assert not any("not-for-anybody" in page for page in shown)
    Expert.objects.update(problem="nothing answers")
    signed_in.post(f"/experts/{expert.pk}/edit", {**far, "endpoint": "http://far:8002/v1"})
    expert.refresh_from_db()
    assert (expert.endpoint, expert.key_variable, expert.problem) == ("http://far:8002/v1", "", "")
    page = signed_in.post("/experts/new", {**far, "name": "Other", "engine": "recorded"})
    assert "Select a valid choice" in page.content.decode()


def test_only_administrators_add_experts(client: Client, team: Team) -> None:
    client.force_login(User.objects.create_user("reader", team=team))
    page = client.get("/experts/new")
    assert page.status_code == 403
    assert "only administrators add or change them" in page.content.decode()
    assert client.post("/experts/new", GIVEN).status_code == 403
    assert "Add an expert" not in client.get("/experts/").content.decode()


def test_presets_fill_the_form_in(signed_in: Client) -> None:
    page = signed_in.get("/experts/presets").content.decode()
    assert page.count(">Add</a>") == len(PAPER_EXPERTS) == 16
    for preset in PAPER_EXPERTS:
        form = signed_in.get("/experts/new", {"preset": preset.name}).context["form"]
        assert form["source"].value() == preset.source
        assert form["max_new_tokens"].value() == preset.max_new_tokens
    assert signed_in.get("/experts/new?preset=nobody").status_code == 404


def test_trying_an_expert(signed_in: Client, pool: Pool) -> None:
    expert = pool.experts.all()[0]
    page = signed_in.get(expert.get_absolute_url()).content.decode()
    assert "<strong>Caution.</strong>" in page
    sent = signed_in.post(expert.get_absolute_url(), {"question": "What is 1+1?"}, follow=True)
    assert "waiting for the GPU" in sent.content.decode()
    run = Run.objects.get()
    Generation.objects.update(status="done", output=r"So \boxed{2}.", tokens=5)
    Expert.objects.filter(pk=expert.pk).update(load_seconds=2.4, tokens_per_second=1234)
    page = signed_in.get(run.get_absolute_url()).content.decode()
    for shown in (r'<code class="tex">\boxed{2}</code>', "2.4 s", "1,234 tokens/s"):
        assert shown in page
    Generation.objects.update(status="failed", problem="tiny does not load: out of memory")
    assert "out of memory" in signed_in.get(run.get_absolute_url()).content.decode()


def test_a_try_that_is_cancelled(signed_in: Client, pool: Pool) -> None:
    expert = pool.experts.all()[0]
    signed_in.post(expert.get_absolute_url(), {"question": "What is 1+1?"})
    run = Run.objects.get()
    page = signed_in.post(f"{run.get_absolute_url()}/cancel", follow=True)
    for shown in (page, signed_in.get(f"{run.get_absolute_url()}/live")):
        assert shown.status_code == 200
        assert f"{expert} was not asked" in shown.content.decode()


def test_a_try_that_is_refused(signed_in: Client, pool: Pool) -> None:
    expert = pool.experts.all()[0]
    Expert.objects.filter(pk=expert.pk).update(source="/nowhere/at/all")
    page = signed_in.post(expert.get_absolute_url(), {"question": "What is 1+1?"})
    assert page.status_code == 422
    assert "There is no folder" in page.content.decode()
    assert "This field is required" in signed_in.post(expert.get_absolute_url()).content.decode()


def test_making_and_editing_a_pool(signed_in: Client, pool: Pool) -> None:
    experts = [expert.pk for expert in pool.experts.all()]
    given = {
        "name": "Other",
        "experts": experts,
        "annotator": experts[0],
        "embedder": pool.embedder,
    }
    signed_in.post("/pools/new", given)
    made = Pool.objects.get(name="Other")
    assert (made.experts.count(), made.team) == (2, pool.team)
    taken = signed_in.post("/pools/new", {**given, "name": "Small"})
    assert "There is a pool called Small already" in taken.content.decode()
    signed_in.post(f"/pools/{made.pk}/edit", {**given, "experts": experts[:1]})
    assert made.experts.count() == 1
    assert "Choose" not in signed_in.get(made.get_absolute_url()).content.decode()


def test_building_a_profile(signed_in: Client, pool: Pool, question_set: MakeSet) -> None:
    questions = question_set("validation")
    page = signed_in.get(pool.get_absolute_url()).content.decode()
    assert "recruiting goes by a profile, so build one first" in page
    assert "<strong>Caution.</strong> A toy." in page
    sent = signed_in.post(f"/pools/{pool.pk}/profile", {"question_set": questions.pk}, follow=True)
    assert "Getting ready" in sent.content.decode()
    assert "being built" in signed_in.get(pool.get_absolute_url()).content.decode()
    nothing = signed_in.post(f"/pools/{pool.pk}/profile", {"question_set": 0}, follow=True)
    assert "Choose a validation set" in nothing.content.decode()
    Expert.objects.update(source="/nowhere/at/all")
    refused = signed_in.post(
        f"/pools/{pool.pk}/profile", {"question_set": questions.pk}, follow=True
    )
    assert "cannot be used" in refused.content.decode()
    assert Run.objects.count() == 1


def test_a_profile_and_its_ranking(signed_in: Client, pool: Pool, question_set: MakeSet) -> None:
    profile = Profile.objects.create(
        team=pool.team, pool=pool, question_set=question_set("validation"), ready=True
    )
    first, second = pool.experts.all()
    for expert, right in ((first, 5), (second, 1)):
        ProfileCell.objects.create(
            profile=profile, expert=expert, skill="<i>sums</i>", right=right, wrong=6 - right
        )
    page = signed_in.get(profile.get_absolute_url()).content.decode()
    for shown in ("83 %", "17 %", "5 of 6", "&lt;i&gt;sums&lt;/i&gt;", "Rank aggregators"):
        assert shown in page
    page = signed_in.get(first.get_absolute_url()).content.decode()
    assert "Strongest skills" in page and "83 %" in page
    sent = signed_in.post(f"/profiles/{profile.pk}/rank", follow=True)
    assert Run.objects.get().kind == "rank", sent.content
    refused = signed_in.post(f"/profiles/{profile.pk}/rank", follow=True)
    assert "ranked already, or just being ranked" in refused.content.decode()
    AggregatorRank.objects.create(
        profile=profile, expert=first, place=1, trials=4, trials_right=3, written=6, written_right=5
    )
    Profile.objects.update(ranked=True, decision="The vote was right more often.")
    page = signed_in.get(profile.get_absolute_url()).content.decode()
    for shown in ("The majority vote.", "The vote was right more often.", "75.0 %", "3 of 4"):
        assert shown in page
