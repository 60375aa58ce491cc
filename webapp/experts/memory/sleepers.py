"""How many experts a host holds asleep."""

from collections.abc import Sequence

from webapp.experts.memory import GB
from webapp.experts.memory.engine import LEFT_TO_SLEEPERS
from webapp.experts.memory.shapes import WIDTHS, Shape

MOST = 16  # whatever there is room for
# Of the GPU, what a sleeper keeps: its context, graphs and workspaces; 0.8 to 1.3 GB.
REMAINS = 13 * GB // 10


def pinned_bytes(shape: Shape, dtype: str = "bfloat16", *, fp8: bool = False) -> int:
    """Of host memory, for a sleeper's weights.

    vLLM copies each allocation into pinned memory (device_allocator/cumem.py), of which PyTorch
    hands out powers of two.
    """
    sizes = (piece.loaded(WIDTHS[dtype], fp8=fp8) for piece in shape.pieces)
    return sum(1 << (size - 1).bit_length() for size in sizes if size)


def sleepers_of(shapes: Sequence[Shape], host_bytes: int, gpu_bytes: int) -> int:
    """How many of these may sleep at once, whichever they are, while another is loaded.

    `host_bytes` is the budget for weights; `gpu_bytes` all of the GPU's memory. An expert whose
    weights alone exceed the budget sleeps without them.
    """
    most = min(MOST, int(gpu_bytes * LEFT_TO_SLEEPERS) // REMAINS, max(0, len(shapes) - 1))
    left, count = host_bytes, 0
    for size in sorted(map(pinned_bytes, shapes), reverse=True):
        left -= size if size <= host_bytes else 0
        if left < 0 or count == most:
            break
        count += 1
    return count if host_bytes else 0
