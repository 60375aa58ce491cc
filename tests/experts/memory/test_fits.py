"""What happens on a GPU, to the shape of Llama 3.1 8B and others."""

from dataclasses import replace

import pytest

from webapp.experts.memory import GB, cache, engine
from webapp.experts.memory.engine import Way
from webapp.experts.memory.fits import Fit, Settings, Verdict, fit, gigabytes
from webapp.experts.memory.places import SIZES, Card, Host, Place, sold_as
from webapp.experts.memory.published import published
from webapp.experts.memory.shapes import Shape

LLAMA = published()["meta-llama/Llama-3.1-8B-Instruct"]
NEMO = published()["mistralai/Mistral-Nemo-Instruct-2407"]
GEMMA = published()["google/gemma-2-9b-it"]
LONG = Settings(max_new_tokens=32_768)
CARDS = {size: replace(sold_as(size), sleeping=True) for size in SIZES}


def on(place: Place, shape: Shape | None = LLAMA, **settings: object) -> Fit:
    return fit(shape, place, Settings(**settings))  # type: ignore[arg-type]


def test_what_is_left_for_the_cache_by_hand() -> None:
    """Of 23.64 GB 82 %; 14.96 of weights; the sampler's 128,256 x 256 x 32 bytes, which are more
    than a batch of 8,192 takes; 1.1 for graphs and libraries."""
    left = engine.room(LLAMA, CARDS[24], Way("bfloat16"))
    assert left / GB == pytest.approx(23.64 * 0.82 - 14.96 - 0.98 - 1.1, abs=0.02)
    found = on(CARDS[24])
    assert found.tokens == left // 131_072 // 1_024 * 1_024 == 18_432
    assert found.short == "fits with 18,432 tokens"
    assert found.sentence == "fits with 18,432 of 131,072 tokens"
    assert (found.weight_bytes, found.token_bytes) == (LLAMA.weight_bytes(), 131_072)


def test_on_a_large_gpu_it_has_all_of_its_context() -> None:
    for size in (48, 80, 141):
        found = on(CARDS[size])
        assert (found.verdict, found.tokens) == (Verdict.FITS, 131_072)
        assert found.beside_sleepers
    assert on(CARDS[24], max_model_len=4_096).verdict is Verdict.FITS
    # 138.9 GB, of which 82 %, less 14.96, 1.1 and a batch's 1.81, at half a GB each
    assert on(CARDS[141], max_model_len=4_096).at_once == 192


def test_a_context_that_is_asked_for_and_does_not_fit_is_refused() -> None:
    found = on(CARDS[24], max_model_len=65_536)
    assert found.verdict is Verdict.TOO_LONG
    assert found.sentence == (
        "does not fit with 65,536 tokens; leave the context length out or set at most 18,432"
    )
    assert "made for 131,072" in on(CARDS[80], max_model_len=200_000).sentence


def test_a_context_that_fits_only_where_nobody_sleeps() -> None:
    found = on(CARDS[24], max_model_len=30_720)
    assert (found.verdict, found.beside_sleepers) == (Verdict.FITS, False)
    assert "no other expert asleep" in found.sentence


def test_a_context_in_which_outputs_would_be_cut() -> None:
    """It loads; the sentence says what more there would be without sleepers."""
    found = fit(LLAMA, CARDS[24], LONG)
    assert found.verdict is Verdict.SHORTER
    assert "outputs are cut before 32,768" in found.sentence
    assert found.short == "fits with 18,432 tokens, outputs cut"
    assert "with SKILLMOE_SLEEP_GB=0 it fits with 37,888 tokens" in found.sentence
    awake = replace(CARDS[24], sleeping=False)
    assert "cut" not in fit(LLAMA, awake, LONG).sentence


def test_weights_that_are_too_large_need_fp8_where_that_is_enough() -> None:
    found = on(CARDS[24], NEMO)
    assert (found.verdict, found.short) == (Verdict.NEEDS_FP8, "needs fp8")
    packed = NEMO.weight_bytes(fp8=True)
    assert f"{gigabytes(packed)} of weights instead of 22.8 GB" in found.sentence
    with_it = on(CARDS[24], NEMO, quantization="fp8")
    assert with_it.verdict.loads and with_it.weight_bytes == packed
    old = replace(CARDS[24], capability=(7, 0))
    assert on(old, NEMO).verdict is Verdict.DOES_NOT_FIT  # fp8 needs 7.5
    assert "fp8 needs compute capability 7.5" in on(old, NEMO, quantization="fp8").sentence
    packed_already = replace(NEMO, quantization="awq")
    assert on(CARDS[24], packed_already).verdict is Verdict.DOES_NOT_FIT


def test_what_does_not_fit_says_what_it_needs() -> None:
    small = Card("a GPU of 8 GB", 8 * GB, capability=(8, 6))
    assert on(small).sentence == "does not fit: needs 15.0 GB for weights, the GPU has 8.0 GB"
    assert "lacking" in on(replace(small, total_bytes=16 * GB), quantization="other").sentence
    assert on(small, None).verdict is Verdict.NOT_KNOWN


def test_number_formats() -> None:
    """A GPU without bfloat16 loads in float16 by itself, unless bfloat16 is asked for; models that
    overflow in float16 then take float32."""
    old = Card("T4", 48 * GB, capability=(7, 5))
    assert on(old).weight_bytes == LLAMA.weight_bytes("float16")
    refused = on(old, dtype="bfloat16")
    assert refused.verdict is Verdict.NEEDS_OTHER_DTYPE and "needs float16" in refused.sentence
    assert on(old, GEMMA).weight_bytes == GEMMA.weight_bytes("float32")
    assert "needs bfloat16" in on(CARDS[80], GEMMA, dtype="float16").sentence
    assert on(CARDS[80], dtype="float32").weight_bytes == 2 * LLAMA.weight_bytes()
    assert on(CARDS[80], replace(LLAMA, dtype="float32")).weight_bytes == LLAMA.weight_bytes()
    assert on(replace(old, total_bytes=80 * GB), replace(LLAMA, quantization="mxfp4")).sentence == (
        "does not load: mxfp4 needs compute capability 8.0"
    )


def test_several_gpus_share_weights_and_heads() -> None:
    two = replace(CARDS[24], count=2)
    found = on(two, gpus=2)
    assert found.weight_bytes == LLAMA.weight_bytes() // 2
    assert found.token_bytes == 131_072 // 2
    assert found.tokens > 4 * on(two).tokens
    assert on(two, gpus=4).sentence == "needs 4 GPUs, the machine has 2"


def test_batches_are_larger_on_a_large_gpu_but_an_a100() -> None:
    """vLLM's choice by memory and name."""
    batches = {size: engine.batch(card) for size, card in CARDS.items()}
    assert batches == {24: 8_192, 48: 8_192, 80: 16_384, 141: 16_384}
    assert engine.batch(replace(CARDS[80], name="NVIDIA A100-SXM4-80GB")) == 8_192


def test_on_the_cpu() -> None:
    host = Host(64 * GB, formats=frozenset({"bfloat16"}))
    # Sixteen gigabytes, a quarter of all, in blocks of 128, of which the engine keeps one back.
    assert on(host).short == "fits with 130,048 tokens"
    # In float32 the weights take half of what is free, and the same gigabytes hold half as much.
    assert on(Host(64 * GB)).short == "fits with 64,512 tokens"
    assert on(Host(8 * GB)).sentence == (
        "does not fit: needs 15.0 GB for weights, 8.0 GB of memory are free"
    )


def test_a_longer_sequence_never_takes_less() -> None:
    for shape in published().values():
        rules = engine.rules(shape, CARDS[80], Way("bfloat16"))
        sizes = [cache.request_bytes(shape.layers, n, rules) for n in range(1, 60_000, 997)]
        assert sizes == sorted(sizes)
