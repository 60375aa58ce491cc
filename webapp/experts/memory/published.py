"""Sizes that models were published with, for those whose files are not here: `published.json`.

An entry holds what of the model's config.json decides about memory, its published number of
parameters, where both were read and when. Its weights are made up from the configuration, which a
test compares with the published number; where that cannot be done (experts of several kinds, packed
weights, states), `weight_bytes` says what its files weigh.

To add a model, add an entry; `verified` is false until somebody has read the figures at the source.
"""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from webapp.experts.memory.configs import head_size, kv_heads, layer_count
from webapp.experts.memory.shapes import Shape, shape_from
from webapp.experts.memory.weights import Piece, fused, is_packed

FILE = Path(__file__).with_name("published.json")
NEEDED = {"id", "parameters", "bytes_per_weight", "source", "date", "verified", "config"}
WIDE_BYTES = 2


class PublishedError(ValueError):
    """An entry lacks something; the message says which and what."""


@cache
def published(file: Path = FILE) -> dict[str, Shape]:
    """Shapes by hub id, in the order of the file. Raises PublishedError, OSError or ValueError."""
    return {entry["id"]: shape_of_entry(entry) for entry in entries(file)}


@cache
def entries(file: Path = FILE) -> list[dict[str, Any]]:
    """As they are written."""
    found: list[dict[str, Any]] = json.loads(file.read_text())["models"]
    return found


def shape_of_entry(entry: Mapping[str, Any]) -> Shape:
    """Raises PublishedError."""
    name = entry.get("id", "an entry without id")
    if missing := NEEDED - entry.keys():
        raise PublishedError(f"{name} lacks {', '.join(sorted(missing))}")
    config = entry["config"]
    try:
        return shape_from(
            name,
            config,
            _pieces(entry),
            origin=f"published sizes, {entry['date']}",
            is_verified=bool(entry["verified"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise PublishedError(f"the config of {name} lacks something: {error!r}") from error


def _pieces(entry: Mapping[str, Any]) -> tuple[Piece, ...]:
    config, width = entry["config"], entry["bytes_per_weight"]
    if whole := entry.get("weight_bytes"):
        # Nothing else is known: equal parts, but for both ends of a model in 16 bits, which fp8
        # leaves as they are.
        ends = [_made(width, *end) for end in _ends(config)] if width >= WIDE_BYTES else []
        count = layer_count(config)
        part, is_wide = (whole - sum(end.stored for end in ends)) // count, width >= WIDE_BYTES
        elements = int(part / width)
        return (*ends, *(Piece(f"{i}", elements, part, is_wide, True) for i in range(count)))
    return fused(_made(width, *tensor) for tensor in tensors_of(config))


def _made(width: float, name: str, elements: int, dimensions: int) -> Piece:
    is_linear = is_packed(name, dimensions)
    own = width if is_linear else max(width, WIDE_BYTES)
    return Piece(name, elements, int(elements * own), own >= WIDE_BYTES, is_linear)


def tensors_of(config: Mapping[str, Any]) -> Iterator[tuple[str, int, int]]:
    """Name, elements and dimensions of each tensor of a decoder that is built like Llama's, be it a
    mixture of experts; biases and what normalises each head are too small to count.
    """
    hidden = config["hidden_size"]
    yield from _ends(config)
    queries = config["num_attention_heads"] * head_size(config)
    keys = kv_heads(config) * head_size(config)
    for i in range(layer_count(config)):
        layer = f"layers.{i}."
        yield layer + "q_proj.weight", hidden * queries, 2
        yield layer + "k_proj.weight", hidden * keys, 2
        yield layer + "v_proj.weight", hidden * keys, 2
        yield layer + "o_proj.weight", hidden * queries, 2
        yield layer + "norm.weight", 2 * hidden, 1
        yield from _feed_forward(layer, config)


def _ends(config: Mapping[str, Any]) -> Iterator[tuple[str, int, int]]:
    size = config["vocab_size"] * config["hidden_size"]
    yield "embed_tokens.weight", size, 2
    if not config.get("tie_word_embeddings"):
        yield "lm_head.weight", size, 2


def _feed_forward(layer: str, config: Mapping[str, Any]) -> Iterator[tuple[str, int, int]]:
    hidden, prefix, times = config["hidden_size"], layer, 1
    inner = config["intermediate_size"]
    if experts := config.get("num_local_experts") or config.get("num_experts"):
        yield layer + "gate.weight", hidden * experts, 2
        prefix, times = layer + "experts.", experts
        inner = config.get("moe_intermediate_size") or inner
    yield prefix + "gate_proj.weight", times * hidden * inner, 2
    yield prefix + "up_proj.weight", times * hidden * inner, 2
    yield prefix + "down_proj.weight", times * hidden * inner, 2
