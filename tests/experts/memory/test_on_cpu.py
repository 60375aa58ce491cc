"""How an expert runs on a CPU: its number format, its threads, its cache, and what is said."""

from dataclasses import replace

import pytest

from tests.conftest import DEMO
from webapp.experts.memory import GB, engine
from webapp.experts.memory.fits import Settings, Verdict, fit
from webapp.experts.memory.on_cpu import OnCpu, on_cpu
from webapp.experts.memory.places import Host
from webapp.experts.memory.published import published
from webapp.experts.memory.shapes import Shape
from webapp.experts.memory.sources import shape_of

LLAMA = published()["meta-llama/Llama-3.1-8B-Instruct"]  # 30 GB in float32, 15 in bfloat16
LARGE = Host(90 * GB, all_bytes=96 * GB, cores=8)
NATIVE = frozenset({"bfloat16"})


def tiny() -> Shape:
    shape = shape_of(str(DEMO / "experts" / "tiny-01"))
    assert shape is not None
    return shape


def how(shape: Shape, host: Host, **settings: object) -> OnCpu:
    return on_cpu(shape, host, Settings(**settings))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("shape", "host", "given", "dtype", "why"),
    [
        (LLAMA, LARGE, {}, "float32", "because this CPU has no bfloat16 of its own"),
        (
            *(LLAMA, replace(LARGE, formats=NATIVE), {}),
            *("bfloat16", "as in its files"),
        ),
        (
            *(LLAMA, replace(LARGE, all_bytes=48 * GB), {}, "bfloat16"),
            "because in float32 its weights take 29.9 GB, more than half of the memory",
        ),
        (LLAMA, LARGE, {"dtype": "float16"}, "float16", "as it is set"),
        (LLAMA, LARGE, {"quantization": "fp8"}, "bfloat16", "because its weights are packed"),
        (
            *(replace(LLAMA, quantization="awq", dtype="float16"), LARGE, {}),
            *("float16", "because its weights are packed"),
        ),
        (
            *(replace(LLAMA, dtype="float32"), replace(LARGE, formats=NATIVE), {}),
            *("float32", "as in its files"),
        ),
        (
            *(replace(LLAMA, dtype="float16"), replace(LARGE, formats=NATIVE), {}),
            *("float32", "because this CPU has no float16 of its own"),
        ),
    ],
)
def test_number_format(
    shape: Shape, host: Host, given: dict[str, object], dtype: str, why: str
) -> None:
    found = how(shape, host, **given)
    assert (found.dtype, found.why) == (dtype, why)


@pytest.mark.parametrize(("cores", "threads"), [(1, 1), (2, 2), (3, 2), (4, 3), (64, 63)])
def test_threads(cores: int, threads: int) -> None:
    host = replace(LARGE, cores=cores)
    assert how(LLAMA, host).threads == threads
    assert how(tiny(), host).threads == 1
    assert how(tiny(), replace(host, threads=5)).threads == 5  # the operator's


def test_cache() -> None:
    """A token of Llama 3.1 8B takes 256 kB in float32."""
    assert how(LLAMA, replace(LARGE, formats=NATIVE)).cache_bytes / GB == pytest.approx(16, 0.01)
    assert how(LLAMA, LARGE).cache_bytes == 24 * GB  # of 32, a quarter of the memory
    short = how(LLAMA, LARGE, max_model_len=2_048)  # 32 sequences
    assert short.cache_bytes / GB == pytest.approx(16, 0.01)
    assert how(tiny(), LARGE).cache_bytes == GB // 4  # no less
    assert how(tiny(), replace(LARGE, cache_bytes=7 * GB)).cache_bytes == 7 * GB


def test_the_cache_takes_no_more_than_is_free() -> None:
    tight = replace(LARGE, total_bytes=35 * GB)
    spare = 35 * GB - LLAMA.weight_bytes("float32") - engine.LIBRARIES
    assert how(LLAMA, tight).cache_bytes == spare
    found = fit(LLAMA, tight, Settings())
    assert found.verdict is Verdict.SHORTER
    assert found.tokens < spare // (256 * 1024)


def test_a_cache_that_is_asked_for_and_not_free() -> None:
    said = fit(LLAMA, replace(LARGE, cache_bytes=500 * GB), Settings()).sentence
    assert said == (
        "does not fit: needs 29.9 GB for weights and 500 GB for the cache, 90.0 GB of memory are"
        " free"
    )


def test_what_is_said() -> None:
    assert how(tiny(), replace(LARGE, formats=NATIVE)).sentence == (
        "computes in bfloat16, as in its files; 1 thread, 256 MB of cache"
    )
