"""What a checkpoint's weights take once they are loaded."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

from webapp.experts.weight_files import header_of, weight_files

WIDE = {"F64", "F32", "F16", "BF16"}  # what becomes the engine's number format, unless quantised
# What vLLM keeps as one tensor: the file's names for its parts, and one name for them.
FUSED = (
    (re.compile(r"\b[qkv]_proj\b"), "qkv_proj"),
    (re.compile(r"\b(gate_proj|up_proj|w1|w3)\b"), "gate_up_proj"),
    (re.compile(r"\bexperts\.\d+\."), "experts."),
)
# Matrices that `quantization="fp8"` leaves alone: vLLM packs linear layers and experts only
# (model_executor/layers/quantization/online/base.py).
NOT_PACKED = re.compile(r"embed|wte\b|lm_head|norm|router|\bgate\.|conv|A_log")
FP8_BYTES = 1


@dataclass(frozen=True)
class Piece:
    """One tensor of a loaded model, or several that the engine keeps as one."""

    name: str
    elements: int
    stored: int  # bytes in the file
    is_wide: bool  # takes the engine's number format; others stay as they are stored
    is_linear: bool  # packed by fp8

    def loaded(self, width: int, *, fp8: bool = False) -> int:
        """Bytes in a number format of `width` bytes an element."""
        if not self.is_wide:
            return self.stored
        return self.elements * (FP8_BYTES if fp8 and self.is_linear else width)


def pieces_in(folder: Path, config: Mapping[str, Any]) -> tuple[Piece, ...]:
    """By the headers of a folder's safetensors files. Raises OSError, ValueError or KeyError."""
    quantised = bool(config.get("quantization_config"))
    tensors = (
        (name, tensor)
        for file in weight_files(folder)
        for name, tensor in header_of(file)[0].items()
        if name != "__metadata__" and not _is_left_out(name, config)
    )
    return fused(_piece(name, tensor, quantised=quantised) for name, tensor in tensors)


def fused(pieces: Iterable[Piece]) -> tuple[Piece, ...]:
    """Those that the engine keeps as one, as one."""
    together: dict[str, list[Piece]] = defaultdict(list)
    for piece in pieces:
        name = piece.name
        for parts, one in FUSED:
            name = parts.sub(one, name)
        together[name].append(piece)
    return tuple(
        Piece(
            name,
            sum(part.elements for part in parts),
            sum(part.stored for part in parts),
            parts[0].is_wide,
            parts[0].is_linear,
        )
        for name, parts in together.items()
    )


def is_packed(name: str, dimensions: int) -> bool:
    """Whether fp8 packs a tensor."""
    return dimensions > 1 and not NOT_PACKED.search(name)


def _is_left_out(name: str, config: Mapping[str, Any]) -> bool:
    """Weights that are in the file and are not loaded: a head that is the embedding again, and
    layers that only guess further tokens.
    """
    if config.get("tie_word_embeddings") and name.endswith("lm_head.weight"):
        return True
    layer = re.search(r"\blayers\.(\d+)\.", name)
    beyond = int(layer.group(1)) >= config.get("num_hidden_layers", 0) if layer else False
    guesses = bool(config.get("num_nextn_predict_layers")) and beyond
    return name.startswith("mtp.") or guesses


def _piece(name: str, tensor: Mapping[str, Any], *, quantised: bool) -> Piece:
    begin, end = tensor["data_offsets"]
    return Piece(
        name,
        prod(tensor["shape"]),
        end - begin,
        is_wide=not quantised and tensor["dtype"] in WIDE,
        is_linear=is_packed(name, len(tensor["shape"])),
    )
