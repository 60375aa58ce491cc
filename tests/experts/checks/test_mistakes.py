"""Mistakes in a checkpoint's configuration and in what is asked of it."""

import json
import os
from pathlib import Path
from typing import Any

import huggingface_hub.constants
import pytest

from tests.conftest import DEMO
from tests.experts.memory.checkpoints import LLAMA, dense, write
from webapp.experts.checkpoints import checkpoint_problem, doubt, placed
from webapp.experts.checks import Asked, mistakes
from webapp.experts.presets import PAPER_EXPERTS

TINY = str(DEMO / "experts" / "tiny-01")
TEMPLATE = "{% for m in messages %}<|user|>{{ m.content }}{% endfor %}"
OWN_CODE = {"AutoConfig": "configuration_x.XConfig", "AutoModelForCausalLM": "modeling_x.XModel"}


def checkpoint(folder: Path, **changes: Any) -> Path:
    config = {**LLAMA, "architectures": ["LlamaForCausalLM"], **changes}
    write(folder, {name: said for name, said in config.items() if said is not None}, dense())
    (folder / "tokenizer.json").write_text("{}")
    (folder / "tokenizer_config.json").write_text(json.dumps({"chat_template": TEMPLATE}))
    assert checkpoint_problem(str(folder)) == ""
    return folder


def told(folder: Path, **settings: Any) -> dict[str, str]:
    return mistakes(Asked(str(folder), **settings))


@pytest.mark.parametrize("name", sorted(os.listdir(DEMO / "experts")))
def test_the_demos_own_have_none(name: str) -> None:
    if (folder := DEMO / "experts" / name).is_dir():
        assert checkpoint_problem(str(folder)) == ""
        assert mistakes(Asked(str(folder), max_model_len=1024)) == {}


def test_the_papers_have_none() -> None:
    for preset in PAPER_EXPERTS:
        asked = Asked(preset.source, "abc", preset.max_model_len, "", preset.trust_remote_code)
        assert mistakes(asked) == {}, preset.name


def test_a_context_beyond_the_models(tmp_path: Path) -> None:
    folder = checkpoint(tmp_path)
    assert told(folder, max_model_len=4096) == {}
    assert "at most 4096" in told(folder, max_model_len=4097)["max_model_len"]
    stretched = {"rope_type": "linear", "factor": 2.0, "rope_theta": 10000.0}
    assert told(checkpoint(tmp_path, rope_scaling=stretched), max_model_len=8192) == {}
    assert told(checkpoint(tmp_path, model_max_length=5000), max_model_len=5000) == {}
    unstated = checkpoint(tmp_path, max_position_embeddings=None)
    assert told(unstated, max_model_len=9999) == {}  # vLLM then takes what is asked


@pytest.mark.parametrize(
    ("changes", "setting", "words"),
    [
        ({"architectures": ["NobodysForCausalLM"]}, "source", "know its architecture, NobodysFor"),
        ({"architectures": ["BertModel"], "model_type": "bert"}, "source", "does not write text"),
        ({"model_type": "nobodys"}, "source", "does not know its type, nobodys"),
        ({"quantization_config": {"quant_method": "bitsandbytes"}}, "source", "as bitsandbytes"),
        ({"model_type": "nobodys", "auto_map": OWN_CODE}, "trust_remote_code", "configuration_x"),
        (
            {"architectures": ["NobodysForCausalLM"], "auto_map": OWN_CODE},
            "trust_remote_code",
            "modeling_x.XModel",
        ),
    ],
)
def test_models_that_cannot_be_run(
    tmp_path: Path, changes: dict[str, Any], setting: str, words: str
) -> None:
    found = told(checkpoint(tmp_path, **changes))
    assert set(found) == {setting} and words in found[setting]


@pytest.mark.parametrize(
    "changes",
    [
        {"auto_map": OWN_CODE},  # known all the same
        {"architectures": None},
        {"architectures": ["PersimmonForCausalLM"], "model_type": "persimmon"},  # transformers'
        {"quantization_config": {"quant_method": "compressed_tensors"}},
        {"quantization_config": {"quant_method": "auto-round"}},
        {"architectures": "what", "auto_map": "ever", "quantization_config": [1]},
    ],
)
def test_models_that_may_be_run(tmp_path: Path, changes: dict[str, Any]) -> None:
    assert told(checkpoint(tmp_path, **changes)) == {}


def test_code_that_is_trusted(tmp_path: Path) -> None:
    own = checkpoint(tmp_path, model_type="nobodys", architectures=["X"], auto_map=OWN_CODE)
    assert told(own, trust_remote_code=True) == {}


def test_a_way_of_packing_that_nobody_knows(tmp_path: Path) -> None:
    folder = checkpoint(tmp_path)
    assert told(folder, quantization="fp8") == {}
    words = told(folder, quantization="int3")["quantization"]
    assert "vLLM knows no int3" in words and " awq," in words


@pytest.mark.parametrize(
    "source", ["a b", "demo/experts/none", "https://hub.example/a/b", "qwen2:7b", "x.git", "a--b"]
)
def test_ids_that_cannot_be(source: str) -> None:
    assert "Qwen/Qwen2.5-7B-Instruct" in mistakes(Asked(source))["source"]


def test_a_relative_path_that_exists_is_a_path(tmp_path: Path) -> None:
    (tmp_path / "Qwen" / "Qwen3-8B").mkdir(parents=True)
    here = str(tmp_path / "Qwen" / "Qwen3-8B")
    for given in ("Qwen/Qwen3-8B", "./Qwen/Qwen3-8B", "./Qwen/../Qwen/Qwen3-8B", here):
        assert placed(given, tmp_path) == here
    assert placed("../elsewhere", tmp_path) == str(tmp_path.parent / "elsewhere")
    assert placed("~/models", tmp_path) == os.path.expanduser("~/models")
    for given in ("Qwen/Qwen3-4B", "x" * 500, "\0"):
        assert placed(given, tmp_path) == given
    assert "not as the hub's model" in doubt("Qwen/Qwen3-8B", here)
    assert doubt("./Qwen/Qwen3-8B", here) == doubt("a/b/c", "/a/b/c") == doubt("a/b", "a/b") == ""


def test_a_download_is_looked_at_as_far_as_it_is_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(tmp_path))
    repository = tmp_path / "models--some--model"
    (repository / "refs").mkdir(parents=True)
    (repository / "refs" / "main").write_text("abc")
    folder = checkpoint(repository / "snapshots" / "abc")
    for name in ("model.safetensors", "tokenizer.json", "tokenizer_config.json"):
        (folder / name).unlink()
    assert mistakes(Asked("some/model")) == {}
    assert "at most 4096" in mistakes(Asked("some/model", max_model_len=9999))["max_model_len"]
    (folder / "tokenizer_config.json").write_text("{}")
    assert "no chat template" in mistakes(Asked("some/model"))["source"]
