"""The number format in which an engine computes, where an expert's settings leave it to us."""

from webapp.experts.memory.places import Card, Host, Place
from webapp.experts.memory.shapes import Shape

# Models whose numbers overflow in float16 (config/model.py, `_FLOAT16_NOT_SUPPORTED_MODELS`).
NOT_FLOAT16 = {"gemma2", "gemma3", "gemma3_text", "glm4"}
# float32 weights take at most one part in so many of a machine's memory. By all of it, and not by
# what is free just now: the same expert is to write the same tomorrow.
PART = 2


def number_format(shape: Shape, place: Place, asked: str = "auto", quantization: str = "") -> str:
    """One of WIDTHS. `asked` and `quantization`: what the expert's settings say.

    A GPU computes in 16 bits, as vLLM by itself does everywhere. A CPU that has to convert each
    number of 16 bits computes in float32, three times as fast, if there is memory for that.
    """
    if asked != "auto":
        return asked
    if isinstance(place, Card):
        return _on_gpu(shape, place)
    own = "bfloat16" if shape.dtype == "float32" else shape.dtype
    packed = bool(shape.quantization or quantization)
    if packed or not has_room(shape, place) or is_native(shape, place):
        return own
    return "float32"


def knows_bfloat16(place: Place) -> bool:
    return isinstance(place, Host) or place.has(8, 0)


def is_native(shape: Shape, host: Host) -> bool:
    """Whether the CPU computes by itself in the format of a model's files."""
    return shape.dtype in host.formats


def has_room(shape: Shape, host: Host) -> bool:
    """Whether float32 may be had."""
    return shape.weight_bytes("float32") * PART <= host.memory


def _on_gpu(shape: Shape, card: Card) -> str:
    """As `_resolve_auto_dtype` in config/model.py: float32 becomes 16 bits."""
    if knows_bfloat16(card):
        return "bfloat16" if shape.dtype == "float32" else shape.dtype
    return "float32" if shape.model_type in NOT_FLOAT16 else "float16"
