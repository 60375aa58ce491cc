"""Checkpoints of any size as files: real headers, and no bytes behind them on the disk."""

import json
from collections.abc import Iterable, Mapping
from math import prod
from pathlib import Path
from typing import Any

BYTES = {"F32": 4, "F16": 2, "BF16": 2, "F8_E4M3": 1, "U8": 1, "I32": 4}

Tensors = Mapping[str, tuple[str, tuple[int, ...]]]  # dtype and shape, by name

LLAMA = {
    "model_type": "llama",
    "num_hidden_layers": 2,
    "hidden_size": 64,
    "intermediate_size": 256,
    "num_attention_heads": 8,
    "num_key_value_heads": 2,
    "vocab_size": 1000,
    "max_position_embeddings": 4096,
    "dtype": "bfloat16",
}


def write(
    folder: Path, config: Mapping[str, Any], *files: Tensors, names: Iterable[str] = ()
) -> Path:
    """A checkpoint whose weights are these files, called `names` or as one alone is called."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text(json.dumps(config))
    for name, tensors in zip(names or ["model.safetensors"], files, strict=True):
        _write_weights(folder / name, tensors)
    return folder


def dense(dtype: str = "BF16", layers: int = 2) -> Tensors:
    """The tensors of LLAMA: 64,000 elements in each of two ends, 59,392 in linear layers."""
    linear = {
        "self_attn.q_proj": (64, 64),
        "self_attn.k_proj": (16, 64),
        "self_attn.v_proj": (16, 64),
        "self_attn.o_proj": (64, 64),
        "mlp.gate_proj": (256, 64),
        "mlp.up_proj": (256, 64),
        "mlp.down_proj": (64, 256),
    }
    ends = {"model.embed_tokens.weight": (1000, 64), "lm_head.weight": (1000, 64)}
    inner = {
        f"model.layers.{i}.{name}.weight": shape
        for i in range(layers)
        for name, shape in linear.items()
    }
    return {name: (dtype, shape) for name, shape in (ends | inner).items()}


def _write_weights(file: Path, tensors: Tensors) -> None:
    header, end = {}, 0
    for name, (dtype, shape) in tensors.items():
        begin, end = end, end + BYTES[dtype] * prod(shape)
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [begin, end]}
    text = json.dumps(header).encode()
    with file.open("wb") as content:
        content.write(len(text).to_bytes(8, "little") + text)
        content.truncate(8 + len(text) + end)  # sparse: as long as it should be, and empty
