"""Adding and changing experts in the browser."""

from typing import Any

import pytest
from django.test import Client

from tests.pages.reading import flat
from webapp.accounts.models import Team, User
from webapp.experts.models import Expert
from webapp.experts.presets import PRESETS, SETS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nobody_listens")]

GIVEN: dict[str, Any] = {
    "name": "Mine",
    "source": "somebody/some-model",
    "dtype": "auto",
    "max_new_tokens": 100,
    "temperature": 0.7,
    "chat_template_options": "",
    "engine": "vllm",
    "concurrency": 8,
    "timeout_seconds": 120,
    "tensor_parallel_size": 1,
    "engine_seed": 0,
    "load_format": "safetensors",
    "tokenizer_mode": "auto",
    "config_format": "auto",
}


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
    assert signed_in.get("/experts/new").content.decode().count(shut) == 4
    page = signed_in.post("/experts/new", {**GIVEN, "engine_seed": "-1"}).content.decode()
    assert (page.count(opened), page.count(shut)) == (1, 3)
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
    assert (
        "<code>FAR_API_KEY</code>" in shown[1]
        and "3 at once, given up after 120 s without" in shown[1]
    )
    assert "Checkpoint" not in shown[1]
    assert shown[2].count('<details class="mb-3" open>') == 1
    assert not any("not-for-anybody" in page for page in shown)
    Expert.objects.update(problem="nothing answers")
    signed_in.post(f"/experts/{expert.pk}/edit", {**far, "endpoint": "http://far:8002/v1"})
    expert.refresh_from_db()
    assert (expert.endpoint, expert.key_variable, expert.problem) == ("http://far:8002/v1", "", "")
    page = signed_in.post("/experts/new", {**far, "name": "Other", "engine": "recorded"})
    assert "Select a valid choice" in page.content.decode()


def test_only_owners_add_experts(client: Client, team: Team) -> None:
    client.force_login(User.objects.create_user("reader", team=team))
    page = client.get("/experts/new")
    assert page.status_code == 403
    assert "ask whoever runs this installation" in page.content.decode()
    assert client.post("/experts/new", GIVEN).status_code == 403
    assert "Add an expert" not in client.get("/experts/").content.decode()


def test_presets_fill_the_form_in(signed_in: Client) -> None:
    page = signed_in.get("/experts/presets").content.decode()
    assert page.count(">Add</a>") == sum(len(chosen.members) for chosen in SETS.values()) == 42
    for preset in PRESETS.values():
        form = signed_in.get("/experts/new", {"preset": preset.name}).context["form"]
        assert form["source"].value() == preset.source
        assert form["max_new_tokens"].value() == preset.max_new_tokens
        assert form["quantization"].value() == preset.quantization
    assert signed_in.get("/experts/new?preset=nobody").status_code == 404


def test_presets_are_shown_by_what_they_are_for(signed_in: Client) -> None:
    Expert.objects.create(name="My gpt", source="openai/gpt-oss-20b")
    page = flat(signed_in.get("/experts/presets").content.decode())
    assert page.count(">added</a>") == 2  # it is for 24 and for 48 GB
    for gigabytes in (24, 48, 80):
        assert f"For a GPU of {gigabytes} GB</h2>" in page
        assert f'href="/pools/new?fit={gigabytes}"' in page
    assert "Gemma Terms of Use, to be accepted on the hub" in page
    assert "Packed to fp8 while it is loaded." in page
    assert "Not all of this was verified." in page


def test_another_servers_address_drops_the_key(signed_in: Client) -> None:
    """It goes to the scheme, host and port that it was given for, or is given anew."""
    expert = Expert.objects.create(
        name="far", engine="openai", source="gpt", endpoint="http://far:8002/v1",
        key_variable="FAR_API_KEY",
    )  # fmt: skip
    page = f"/experts/{expert.pk}/edit"
    sent = {
        name: value
        for name, value in signed_in.get(page).context["form"].initial.items()
        if value is not None
    } | {"chat_template_options": "{}", "stop_strings": "[]"}

    def saved(**changed: str) -> str:
        answer = signed_in.post(page, sent | changed, follow=True)
        expert.refresh_from_db()
        sent.update(endpoint=expert.endpoint, key_variable=expert.key_variable)
        return answer.content.decode()

    saved(endpoint="http://far:8002/v2")
    assert expert.key_variable == "FAR_API_KEY"
    for other in ("https://far:8002/v2", "http://far:8003/v2", "http://near:8002/v2"):
        said = saved(endpoint=other)
        assert (expert.endpoint, expert.key_variable) == (other, "")
        assert "which does not get the key" in said
        saved(key_variable="FAR_API_KEY")
        assert expert.key_variable == "FAR_API_KEY"
    saved(endpoint="http://third:1/v1", key_variable="THIRD_API_KEY")
    assert expert.key_variable == "THIRD_API_KEY"


@pytest.mark.parametrize(
    "address", ["http://169.254.169.254/v1", "http://[fe80::1]/v1", "http://[fd00:ec2::254]/v1"]
)
def test_addresses_of_the_machines_own_network_are_refused(signed_in: Client, address: str) -> None:
    given = {"name": "far", "engine": "openai", "source": "gpt", "endpoint": address}
    page = signed_in.post("/experts/new", given).content.decode()
    assert "it is never asked" in page
    assert not Expert.objects.filter(name="far").exists()
