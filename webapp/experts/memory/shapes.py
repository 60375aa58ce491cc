"""The shape of a model, as far as its memory goes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from webapp.experts.memory.configs import Layers, contexts, layers_of
from webapp.experts.memory.weights import Piece

WIDTHS = {"float32": 4, "float16": 2, "bfloat16": 2}  # bytes
TOKENIZER: Mapping[str, Any] = {}


@dataclass(frozen=True)
class Shape:
    """What of a model decides how much memory it takes; by `shape_from`."""

    name: str
    origin: str  # where the figures are from, for people
    pieces: tuple[Piece, ...]  # its weights
    layers: tuple[Layers, ...]  # those that keep something of a sequence
    hidden: int  # elements
    widest: int  # elements that a token takes between two layers, at most
    vocabulary: int  # tokens
    context: int  # tokens, when none are asked for
    longest: int  # tokens that may be asked for
    dtype: str  # the checkpoint's number format
    quantization: str = ""  # how its weights are packed already
    cache_width: int = 0  # bytes of an element in the cache; 0: as the engine's number format
    model_type: str = ""
    is_verified: bool = True

    @property
    def parameters(self) -> int:
        """Elements of its tensors, which are fewer than its parameters where those are packed."""
        return sum(piece.elements for piece in self.pieces)

    def weight_bytes(self, dtype: str = "bfloat16", *, fp8: bool = False) -> int:
        """On all GPUs together."""
        return sum(piece.loaded(WIDTHS[dtype], fp8=fp8) for piece in self.pieces)


def shape_from(
    name: str,
    config: Mapping[str, Any],
    pieces: tuple[Piece, ...],
    *,
    origin: str,
    tokenizer: Mapping[str, Any] = TOKENIZER,
    is_verified: bool = True,
) -> Shape:
    """Of the text part of a config.json. Raises KeyError, TypeError or ValueError."""
    context, longest = contexts(config, tokenizer)
    packed = config.get("quantization_config") or {}
    dtype = config.get("dtype") or config.get("torch_dtype") or "bfloat16"
    return Shape(
        name=name,
        origin=origin,
        pieces=pieces,
        layers=layers_of(config),
        hidden=config["hidden_size"],
        widest=_widest(config),
        vocabulary=config["vocab_size"],
        context=context,
        longest=longest,
        dtype=dtype if dtype in WIDTHS else "bfloat16",
        quantization=packed.get("quant_method", ""),
        cache_width=1 if packed.get("kv_cache_scheme") else 0,
        model_type=config.get("model_type", ""),
        is_verified=is_verified,
    )


def _widest(config: Mapping[str, Any]) -> int:
    """Elements of a token inside a feed-forward layer: its gate, its other half, their product; of
    a mixture those of every expert that the token goes to, which vLLM keeps side by side.
    """
    inner = config.get("moe_intermediate_size") or config.get("intermediate_size") or 0
    inner = inner if isinstance(inner, int) else max(inner)
    active = config.get("num_experts_per_tok") or config.get("num_experts_per_token") or 1
    experts = active * (config["hidden_size"] + inner) if active > 1 else 0
    return int(max(3 * active * inner, experts))
