"""A look at a model on a hub: the real client, and a small hub over HTTP."""

import time

import pytest

from tests.small_hub import SmallHub
from webapp.experts.checks import Asked
from webapp.experts.checks.hub import look
from webapp.experts.facts import facts_of
from webapp.experts.models import Expert

MODEL = Asked("us/model")


def refused(asked: Asked = MODEL) -> str:
    return look(asked).mistakes["source"]


def test_a_model_with_nothing_wrong(hub: SmallHub) -> None:
    said = look(MODEL)
    assert not said.mistakes and not said.is_gated
    assert str(said) == "The hub has it: licence apache-2.0, 172,000 parameters."
    assert not any("safetensors" in path for path in hub.asked)
    assert any(path.endswith("/config.json") for path in hub.asked)
    hub.asked.clear()
    assert look(MODEL) == said  # what is here is not asked for again
    assert hub.asked == ["/api/models/us/model"]
    assert look(Asked("us/model", revision="main")) == said


def test_what_it_found_is_kept_for_the_experts_page(hub: SmallHub) -> None:
    expert = Expert(source="us/model")
    assert (facts_of(expert).licence, facts_of(expert).context) == ("", 0)
    look(MODEL)
    assert (facts_of(expert).licence, facts_of(expert).context) == ("apache-2.0", 1024)


def test_mistakes_are_seen_before_the_weights_are_there(hub: SmallHub) -> None:
    said = look(Asked("us/model", max_model_len=2048))
    assert "at most 1024" in said.mistakes["max_model_len"]


def test_a_model_that_nothing_here_can_run(hub: SmallHub) -> None:
    hub.files["config.json"] = b'{"architectures": ["NobodysForCausalLM"]}'
    assert "NobodysForCausalLM" in refused()


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (["model.gguf"], "only GGUF weights (model.gguf)"),
        (["pytorch_model.bin"], "only pickle weights (pytorch_model.bin)"),
        (["README.md"], "no safetensors weights"),
    ],
)
def test_weights_that_are_not_loaded(hub: SmallHub, names: list[str], words: str) -> None:
    hub.files = dict.fromkeys(names, b"")
    assert words in refused()


def test_a_gate(hub: SmallHub, monkeypatch: pytest.MonkeyPatch) -> None:
    hub.gate = "hf_ours"
    told = refused()
    assert f"accept its licence on {hub.address}/us/model, set HF_TOKEN" in told
    monkeypatch.setenv("HF_TOKEN", "hf_wrong")
    assert "does not take HF_TOKEN" in refused()
    monkeypatch.setenv("HF_TOKEN", "hf_ours")
    assert str(look(MODEL)).endswith("gated and open to you.")


def test_ids_and_revisions_that_are_not_there(hub: SmallHub) -> None:
    assert "no model us/none" in refused(Asked("us/none"))
    assert "us/model has no such revision" in refused(Asked("us/model", revision="v9"))


def test_a_hub_that_does_not_answer(hub: SmallHub, monkeypatch: pytest.MonkeyPatch) -> None:
    hub.status = 503
    assert "is there a network, and is HF_ENDPOINT right?" in refused()
    monkeypatch.setattr("webapp.experts.checks.hub.LONGEST", 0.3)
    hub.status, hub.seconds = 0, 4.0
    began = time.monotonic()
    assert "has not answered within" in refused()
    assert time.monotonic() - began < 3


def test_a_machine_without_network(hub: SmallHub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", "http://127.0.0.1:9")
    assert "is there a network" in refused()
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    assert "HF_HUB_OFFLINE forbids" in refused()
    expert = Expert(source="us/model")
    assert "run `hf download us/model`" in facts_of(expert).files
