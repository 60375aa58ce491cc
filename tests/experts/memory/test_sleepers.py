"""How many experts a host holds asleep."""

from webapp.experts.memory import GB
from webapp.experts.memory.published import published
from webapp.experts.memory.sleepers import pinned_bytes, sleepers_of

SHAPES = list(published().values())
LLAMA = published()["meta-llama/Llama-3.1-8B-Instruct"]
QWEN = published()["Qwen/Qwen2.5-7B-Instruct"]


def test_pinned_memory_comes_in_powers_of_two() -> None:
    """By hand, in MB. Llama: twice 1,024 for its ends; each layer 64 for 48 of query, key and
    value, 32, 256 for 224 of gate and up, 128 for 112, and what normalises. Qwen's large tensors
    are just beyond a power: 259 and 130 MB in each layer, 1,040 in each end.
    """
    megabytes = 1024**2
    assert pinned_bytes(LLAMA) == (2 * 1_024 + 32 * (64 + 32 + 256 + 128)) * megabytes + 32 * 16_384
    assert pinned_bytes(LLAMA) / LLAMA.weight_bytes() < 1.15
    assert pinned_bytes(QWEN) / QWEN.weight_bytes() > 1.85


def test_the_host_or_the_gpu_limits_them() -> None:
    largest = max(map(pinned_bytes, SHAPES))
    large = 141 * GB
    assert sleepers_of(SHAPES, 0, large) == 0
    assert sleepers_of(SHAPES, 2 * largest, large) >= 2
    assert sleepers_of(SHAPES, 1000 * GB, large) == 10  # 14.1 GB, of which each keeps 1.3
    assert sleepers_of(SHAPES, 1000 * GB, 24 * GB) == 1
    assert sleepers_of(SHAPES[:3], 1000 * GB, large) == 2  # the third is loaded
    assert sleepers_of([LLAMA, LLAMA], 2 * GB, large) == 1  # without its weights
    assert sleepers_of([], GB, large) == 0
