"""Experts that a command adds, and every mistake one may make."""

from pathlib import Path

import pytest
from django.core.management.base import CommandError

from moe_core.engine import Endpoint
from tests.commands.running import an_expert, manage
from tests.conftest import DEMO
from webapp.experts.models import Expert
from webapp.experts.presets import FITS, PAPER_EXPERTS

pytestmark = pytest.mark.django_db

HUB = "somebody/some-model"


def test_adding_an_expert() -> None:
    printed = manage(
        *("add_expert", "Some", HUB, "--revision", "abc", "--max-model-len", 2048),
        *("--dtype", "float16", "--max-new-tokens", 99, "--temperature", 0.2),
        *("--chat-template-options", '{"enable_thinking": false}', "--end-of-thinking", "[end]"),
        *("--trust-remote-code", "--caution", "Slow.", "--quantization", "fp8"),
        *("--tensor-parallel-size", 2, "--engine-seed", 5, "--stop-strings", '["###"]'),
    )
    assert printed.startswith(f"Added Some ({HUB})")
    expert = Expert.objects.get()
    assert (expert.source, expert.revision, expert.max_model_len) == (HUB, "abc", 2048)
    assert (expert.dtype, expert.max_new_tokens, expert.temperature) == ("float16", 99, 0.2)
    assert expert.chat_template_options == {"enable_thinking": False}
    assert (expert.end_of_thinking, expert.trust_remote_code) == ("[end]", True)
    assert (expert.caution, expert.stop_strings) == ("Slow.", ["###"])
    assert (expert.quantization, expert.tensor_parallel_size, expert.engine_seed) == ("fp8", 2, 5)


def test_adding_an_endpoint() -> None:
    manage(
        *("add_expert", "Far", "gpt", "--endpoint", "http://far:8001/v1"),
        *("--key-variable", "FAR_API_KEY", "--concurrency", 2, "--timeout-seconds", 30),
    )
    expert = Expert.objects.get()
    assert expert.checkpoint == Endpoint(
        "http://far:8001/v1", "gpt", "FAR_API_KEY", 2, 30, expert.end_of_thinking
    )
    assert "gpt at http://far:8001/v1" in manage("list_experts")


def test_a_relative_path_begins_where_the_command_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = tmp_path / "models" / "tiny"
    here.parent.mkdir()
    here.symlink_to(DEMO / "experts" / "tiny-01")
    monkeypatch.chdir(tmp_path)
    printed = manage("add_expert", "Some", "models/tiny")
    assert "models/tiny is a folder here" in printed and f"Added Some ({here})" in printed
    monkeypatch.chdir(here.parent)
    assert "is a folder here" not in manage("add_expert", "Other", "./tiny")
    assert {expert.source for expert in Expert.objects.all()} == {str(here)}


@pytest.mark.usefixtures("hub")
def test_a_check_on_the_hub() -> None:
    printed = manage("add_expert", "Some", "us/model", "--check")
    assert "The hub has it: licence apache-2.0, 172,000 parameters." in printed
    with pytest.raises(CommandError, match="no model us/none"):
        manage("add_expert", "None", "us/none", "--check")
    with pytest.raises(CommandError, match="--check is for hub ids"):
        manage("add_expert", "Tiny", str(DEMO / "experts" / "tiny-01"), "--check")
    assert [expert.name for expert in Expert.objects.all()] == ["Some"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "Give a name and a source"),
        (["Some"], "Give a name and a source"),
        (["Some", "/no/such/folder"], "no folder /no/such/folder"),
        (["Some", "demo/experts/none"], "neither a folder here nor a hub id"),
        (["Some", str(DEMO / "experts/tiny-01"), "--max-model-len", "2048"], "at most 1024"),
        (["Some", HUB, "--chat-template-options", '{"tokenize": 1}'], "Leave out tokenize"),
        (["Some", HUB, "--quantization", "int3"], "vLLM knows no int3"),
        (["Some", HUB, "--max-model-len", "-5"], "max model len"),
        (["Some", HUB, "--max-model-len", "99999999999"], "max model len"),
        (["Some", HUB, "--max-model-len", "many"], "invalid int value: 'many'"),
        (["Some", HUB, "--temperature", "9"], "temperature"),
        (["Some", HUB, "--dtype", "int8"], "int8"),
        (["Some", HUB, "--chat-template-options", "{"], "no JSON"),
        (["Some", HUB, "--chat-template-options", "[" * 100_000], "no JSON"),
        (["Some", HUB, "--chat-template-options", "[1]"], "JSON object"),
        (["Some", HUB, "--stop-strings", "###"], "--stop-strings is no JSON"),
        (["Some", HUB, "--stop-strings", "[1]"], "JSON list of texts"),
        (["Some", HUB, "--tensor-parallel-size", "0"], "tensor parallel size"),
        (["Some", HUB, "--endpoint", "far"], "such as http"),
        (["Some", HUB, "--endpoint", "http://x/v1", "--dtype", "float16"], "server decides this"),
        (["Some", HUB, "--key-variable", "X_API_KEY"], "Only an OpenAI-compatible endpoint"),
        (["Some", HUB, "--trust-remote-code"], "Pin a revision"),
        (["tiny-01", HUB], "take another name"),
        (
            ["--preset", "GPT-4"],
            "There is no preset 'GPT-4': choose all, paper, fit-24, fit-48, fit-80, or one of",
        ),
        (["--preset", "InternLM3-8B"], "Pin a revision"),
        (["--preset", "all", "--dtype", "float16"], "one at a time"),
        (["--preset", "fit-24", "--temperature", "1"], "one at a time"),
        (["--preset", "fit-16"], "There is no preset 'fit-16'"),
    ],
)
def test_an_expert_that_cannot_be_added(arguments: list[str], message: str) -> None:
    an_expert("tiny-01")
    with pytest.raises(CommandError, match=message):
        manage("add_expert", *arguments)
    assert Expert.objects.count() == 1


LIMITED = {"Phi-3.5-mini": 16_000, "Mistral-Nemo-12B": 16_000, "DeepSeekMath-7B": 4096}  # tokens


def test_the_papers_experts() -> None:
    assert len(PAPER_EXPERTS) == len({preset.source for preset in PAPER_EXPERTS}) == 16
    for preset in PAPER_EXPERTS:
        assert preset.max_model_len == LIMITED.get(preset.name)
        assert (preset.max_new_tokens == 32_768) == bool(preset.end_of_thinking)

    coder = Expert.objects.create(name="Qwen2.5-Coder-7B", source=HUB)
    printed = manage("add_expert", "--preset", "all")
    assert "Qwen2.5-Coder-7B is there already" in printed
    left_out = {preset.name for preset in PAPER_EXPERTS if preset.trust_remote_code}
    assert all(f"{name} is left out" in printed for name in left_out)
    assert Expert.objects.count() == 16 - len(left_out)
    coder.refresh_from_db()
    assert coder.source == HUB
    long = Expert.objects.get(name="R1-Distill-Qwen-7B")
    assert (long.max_new_tokens, long.end_of_thinking) == (32_768, "</think>")

    manage("add_expert", "--preset", "InternLM3-8B", "--revision", "abc")
    assert Expert.objects.get(name="InternLM3-8B").trust_remote_code


def test_all_experts_for_a_gpu() -> None:
    """One of them is there already, by another name."""
    Expert.objects.create(name="My gpt", source="openai/gpt-oss-20b")
    assert "gpt-oss-20b is there already" in manage("add_expert", "--preset", "fit-24")
    chosen = FITS[24]
    assert Expert.objects.count() == len(chosen.members)
    thinks = Expert.objects.get(name="Qwen3.5-9B")
    assert (thinks.source, thinks.quantization) == ("Qwen/Qwen3.5-9B", "fp8")
    assert (thinks.max_new_tokens, thinks.end_of_thinking) == (32_768, "</think>")
    assert (thinks.temperature, thinks.chat_template_options) == (1.0, {"enable_thinking": True})
    assert "Licence: Apache 2.0." in thinks.caution
    manage("add_expert", "--preset", "fit-48")
    gated = Expert.objects.get(name="MedGemma-27B")
    assert "must be accepted on the hub first" in gated.caution
