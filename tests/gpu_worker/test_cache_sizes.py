"""The product's figures for the cache, against those of vLLM itself."""

from types import SimpleNamespace
from typing import Any

import pytest

from webapp.experts.memory import GB, cache
from webapp.experts.memory.cache import Rules
from webapp.experts.memory.configs import Kind, Layers

pytestmark = pytest.mark.slow  # vLLM takes ten seconds to import
IN_FLIGHT = 16_384

MODELS = {
    "llama-3.1-8b": (Layers(Kind.FULL, 32, 8, 256),),
    "mathstral": (Layers(Kind.SLIDING, 32, 8, 256, window=4_096),),
    "gemma-2-9b": (Layers(Kind.FULL, 21, 8, 512), Layers(Kind.SLIDING, 21, 8, 512, window=4_096)),
    "gemma-3-27b": (
        Layers(Kind.FULL, 10, 16, 256),
        Layers(Kind.SLIDING, 52, 16, 256, window=1_024),
    ),
    "gemma-4-31b": (
        Layers(Kind.FULL, 10, 4, 1_024),
        Layers(Kind.SLIDING, 50, 16, 512, window=1_024),
    ),
    "deepseek-v2-lite": (Layers(Kind.FULL, 27, width=576),),
    "qwen3-next": (
        Layers(Kind.FULL, 12, 2, 512),
        Layers(Kind.STATE, 36, state=8_192 * 3 * 2 + 32 * 128 * 128 * 2),
    ),
}


@pytest.mark.parametrize("name", MODELS)
def test_a_sequence_takes_what_vllm_says(name: str) -> None:
    from vllm.v1.core import kv_cache_utils as vllm

    layers = MODELS[name]
    config = _config()
    groups = vllm.get_kv_cache_groups(config, _specs(layers))
    for tokens in (1, 1_000, 20_480, 131_072):
        config.model_config.max_model_len = tokens
        theirs = vllm._max_memory_usage_bytes_from_groups(config, groups)
        assert cache.request_bytes(layers, tokens, Rules(in_flight=IN_FLIGHT)) == theirs, tokens
    for room in (GB // 10, GB, 5 * GB):
        config.model_config.max_model_len = 131_072
        usable = room - vllm._pool_bytes_per_block(config, groups)
        theirs = vllm._estimate_max_model_len_from_groups(config, groups, usable)
        assert cache.longest(layers, 131_072, room, Rules(in_flight=IN_FLIGHT)) == theirs, room


def _config() -> Any:
    """What of vLLM's configuration the arithmetic reads."""
    layout = SimpleNamespace(is_block_outermost=False)
    return SimpleNamespace(
        model_config=SimpleNamespace(max_model_len=131_072, hf_config=SimpleNamespace()),
        max_in_flight_tokens=IN_FLIGHT,
        parallel_config=SimpleNamespace(decode_context_parallel_size=1),
        scheduler_config=SimpleNamespace(disable_hybrid_kv_cache_manager=False),
        cache_config=SimpleNamespace(
            mamba_cache_mode="align", get_resolved_kv_cache_layout=lambda: layout
        ),
        attention_config=SimpleNamespace(hisparse_config=None),
        speculative_config=None,
    )


def _specs(layers: tuple[Layers, ...]) -> dict[str, Any]:
    """A spec for each layer; a state's block is what an engine's start makes it."""
    block = cache.block_tokens(layers, Rules())
    page = cache.page_bytes(layers, Rules())
    return {
        f"{own.kind.value}.{i}": _spec(own, block, page) for own in layers for i in range(own.count)
    }


def _spec(own: Layers, block: int, page: int) -> Any:
    import torch
    from vllm.v1 import kv_cache_interface as specs

    heads = {"block_size": block, "num_kv_heads": own.heads or 1, "dtype": torch.bfloat16}
    if own.kind is Kind.STATE:
        return specs.MambaSpec(
            block_size=block,
            shapes=((own.state,),),
            dtypes=(torch.int8,),
            page_size_padded=page,
            mamba_cache_mode="align",
        )
    if own.kind is Kind.SLIDING:
        return specs.SlidingWindowSpec(**heads, head_size=own.width // 2, sliding_window=own.window)
    if not own.heads:
        return specs.MLAAttentionSpec(**heads, head_size=own.width)
    return specs.FullAttentionSpec(**heads, head_size=own.width // 2)
