"""Shapes by a checkpoint's own files, against figures computed by hand."""

import json
import time
from pathlib import Path
from typing import Any

import huggingface_hub.constants
import pytest

from tests.conftest import DEMO
from tests.experts.memory.checkpoints import LLAMA, dense, write
from webapp.experts.checkpoints import checkpoint_problem
from webapp.experts.memory.fits import Settings, fit
from webapp.experts.memory.places import sold_as
from webapp.experts.memory.sources import shape_of
from webapp.experts.sizes import size_of_checkpoint
from webapp.experts.weight_files import INDEX

ENDS = 2 * 64_000
LINEAR = 2 * (64 * 64 * 2 + 16 * 64 * 2 + 3 * 256 * 64)


def test_weights_are_counted_in_the_number_format_that_they_are_loaded_in(tmp_path: Path) -> None:
    for dtype in ("BF16", "F32"):
        shape = shape_of(str(write(tmp_path / dtype, LLAMA, dense(dtype))))
        assert shape is not None and shape.parameters == ENDS + LINEAR
        assert shape.weight_bytes() == 2 * (ENDS + LINEAR)
        assert shape.weight_bytes("float32") == 4 * (ENDS + LINEAR)
        assert shape.weight_bytes(fp8=True) == 2 * ENDS + LINEAR


def test_a_head_that_is_the_embedding_again_is_loaded_once(tmp_path: Path) -> None:
    shape = shape_of(str(write(tmp_path, {**LLAMA, "tie_word_embeddings": True}, dense())))
    assert shape is not None and shape.parameters == ENDS // 2 + LINEAR


def test_quantised_weights_take_what_they_take_in_the_file(tmp_path: Path) -> None:
    packed = {
        name: ("F8_E4M3" if "layers" in name else "BF16", shape)
        for name, (_, shape) in dense().items()
    }
    scales = {f"{name}_scale": ("F32", (1,)) for name in packed if "layers" in name}
    config = {**LLAMA, "quantization_config": {"quant_method": "fp8"}}
    shape = shape_of(str(write(tmp_path, config, packed | scales)))
    assert shape is not None and shape.quantization == "fp8"
    assert shape.weight_bytes() == 2 * ENDS + LINEAR + 4 * len(scales)
    assert shape.weight_bytes(fp8=True) == shape.weight_bytes("float32") == shape.weight_bytes()


def test_all_experts_of_a_mixture_are_loaded(tmp_path: Path) -> None:
    mixture = {**LLAMA, "num_experts_per_tok": 2, "moe_intermediate_size": 32, "num_experts": 16}
    experts = {
        f"model.layers.{i}.mlp.experts.{e}.{name}.weight": ("BF16", shape)
        for i in range(2)
        for e in range(16)
        for name, shape in (
            ("gate_proj", (32, 64)),
            ("up_proj", (32, 64)),
            ("down_proj", (64, 32)),
        )
    }
    router = {f"model.layers.{i}.mlp.gate.weight": ("BF16", (16, 64)) for i in range(2)}
    shape = shape_of(str(write(tmp_path, mixture, {**experts, **router})))
    assert shape is not None and shape.parameters == 2 * 16 * 3 * 32 * 64 + 2 * 16 * 64
    assert shape.weight_bytes(fp8=True) == 2 * 16 * 3 * 32 * 64 + 2 * 2 * 16 * 64
    assert len(shape.pieces) == 2 * 3  # each layer's experts are two tensors, beside its router


def test_weights_that_are_there_twice_are_read_once(tmp_path: Path) -> None:
    names = ["model-1.safetensors", "consolidated.safetensors"]
    folder = write(tmp_path, LLAMA, dense(), dense(), names=names)
    once = shape_of(str(folder))
    assert once is not None and once.parameters == ENDS + LINEAR
    (folder / INDEX).write_text(json.dumps({"weight_map": {"x": names[1]}}))
    listed = shape_of(str(folder))
    assert listed is not None and listed.parameters == ENDS + LINEAR
    size = size_of_checkpoint(str(folder))
    assert size is not None and (size.parameters, size.is_counted) == (ENDS + LINEAR, True)


def test_layers_that_guess_further_tokens_are_not_loaded(tmp_path: Path) -> None:
    """DeepSeek-V3 keeps one behind its last layer, Qwen3-Next under a name of its own."""
    config = {**LLAMA, "num_nextn_predict_layers": 1}
    more = {"mtp.fc.weight": ("BF16", (64, 64))}
    shape = shape_of(str(write(tmp_path, config, {**dense(layers=3), **more})))
    assert shape is not None and shape.parameters == ENDS + LINEAR


def test_the_demos_own_checkpoints() -> None:
    folder = DEMO / "experts" / "tiny-01"
    shape, counted = shape_of(str(folder)), size_of_checkpoint(str(folder))
    assert shape is not None and counted is not None
    assert shape.parameters == counted.parameters
    file = folder / "model.safetensors"
    assert 0.97 * file.stat().st_size < shape.weight_bytes() < file.stat().st_size
    assert (shape.context, shape.dtype, shape.origin) == (1024, "bfloat16", "its own files")


def test_a_download_in_the_hubs_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(tmp_path))
    monkeypatch.setattr("huggingface_hub.file_download.constants.HF_HUB_CACHE", str(tmp_path))
    assert shape_of("somebody/something") is None
    repository = tmp_path / "models--somebody--something"
    (repository / "refs").mkdir(parents=True)
    (repository / "refs" / "main").write_text("abc")
    write(repository / "snapshots" / "abc", LLAMA, dense())
    shape = shape_of("somebody/something")
    assert shape is not None and shape.weight_bytes() == 2 * (ENDS + LINEAR)
    (repository / "snapshots" / "abc" / "model.safetensors").unlink()
    assert shape_of("somebody/something") is None  # half a download
    assert shape_of("not/a/hub/id") is None


def test_what_cannot_be_read_is_not_known(tmp_path: Path) -> None:
    assert shape_of("/nowhere/at/all") is None
    folder = write(tmp_path, {"model_type": "unheard-of"}, dense())
    (folder / "tokenizer.json").write_text("{}")
    assert checkpoint_problem(str(folder)) == ""
    assert shape_of(str(folder)) is None
    for text in ("[]", "{", '{"hidden_size": "many"}'):
        (folder / "config.json").write_text(text)
        assert shape_of(str(folder)) is None, text
    write(tmp_path / "cut", LLAMA, dense())
    (tmp_path / "cut" / "model.safetensors").write_bytes(b"\xff" * 20)
    assert shape_of(str(tmp_path / "cut")) is None


@pytest.mark.parametrize(
    "odd",
    [
        {"vocab_size": None},
        {"vocab_size": "many"},
        {"sliding_window": "wide"},
        {"sliding_window": [4096]},
        {"quantization_config": {"quant_method": ["fp8"]}},
        {"num_attention_heads": 0},
        {"num_key_value_heads": [2, 2]},
        {"max_position_embeddings": float("inf")},
        {"rope_scaling": {"type": "linear", "factor": "four"}},
        {"num_hidden_layers": 10**7},
        {"num_hidden_layers": -1},
        {"torch_dtype": ["bfloat16"], "dtype": None},
        {"text_config": {"text_config": {}}, "hidden_size": {}},
    ],
)
def test_a_config_that_makes_no_sense_is_not_known(tmp_path: Path, odd: dict[str, Any]) -> None:
    """Nor does it take long, or end the page of a pool."""
    write(tmp_path, LLAMA | odd, dense())
    began = time.process_time()
    shape = shape_of(str(tmp_path))
    assert time.process_time() - began < 1
    if shape is not None:  # then it can be computed with
        assert fit(shape, sold_as(24), Settings()).sentence


def test_a_config_nested_without_end(tmp_path: Path) -> None:
    write(tmp_path, LLAMA, dense())
    (tmp_path / "config.json").write_text('{"a": ' * 100_000)
    assert shape_of(str(tmp_path)) is None
    with (tmp_path / "model.safetensors").open("r+b") as file:
        file.write((10**9).to_bytes(8, "little"))
    assert shape_of(str(tmp_path)) is None
