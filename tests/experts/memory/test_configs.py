"""What a config.json says of layers and context, for each architecture that has its own way."""

from typing import Any

import pytest

from webapp.experts.memory.cache import Rules, token_bytes
from webapp.experts.memory.configs import Kind, Layers, contexts, layers_of, text_part

PLAIN = {
    "num_hidden_layers": 8,
    "hidden_size": 512,
    "num_attention_heads": 8,
    "num_key_value_heads": 2,
    "max_position_embeddings": 8_192,
}
FULL = Layers(Kind.FULL, 8, 2, 2 * 64)


def sliding(count: int, window: int = 1_024) -> Layers:
    return Layers(Kind.SLIDING, count, 2, 2 * 64, window)


LAYERS: dict[str, tuple[dict[str, Any], list[Layers]]] = {
    "llama": ({"model_type": "llama"}, [FULL]),
    "own head size": ({"head_dim": 128}, [Layers(Kind.FULL, 8, 2, 256)]),
    "every head keeps its own": ({"num_key_value_heads": None}, [Layers(Kind.FULL, 8, 8, 128)]),
    "mistral, window null": ({"model_type": "mistral", "sliding_window": None}, [FULL]),
    "mistral 7B v0.1": ({"model_type": "mistral", "sliding_window": 1_024}, [sliding(8)]),
    "phi-3.5": ({"model_type": "phi3", "sliding_window": 262_144}, [sliding(8, 262_144)]),
    "qwen 2.5": ({"sliding_window": 1_024, "use_sliding_window": False}, [FULL]),
    "qwen with a window": (
        {"sliding_window": 1_024, "use_sliding_window": True, "max_window_layers": 6},
        [Layers(Kind.FULL, 6, 2, 128), sliding(2)],
    ),
    "gemma 2": (
        {"model_type": "gemma2", "sliding_window": 1_024},
        [Layers(Kind.FULL, 4, 2, 128), sliding(4)],
    ),
    "gemma 3, as first published": (
        {"model_type": "gemma3_text", "sliding_window": 1_024, "sliding_window_pattern": 4},
        [Layers(Kind.FULL, 2, 2, 128), sliding(6)],
    ),
    "gpt-oss": (
        {"layer_types": ["sliding_attention", "full_attention"] * 4, "sliding_window": 128},
        [Layers(Kind.FULL, 4, 2, 128), sliding(4, 128)],
    ),
    "gemma 4": (
        {
            "layer_types": [*["sliding_attention"] * 6, *["full_attention"] * 2],
            "sliding_window": 1_024,
            "global_head_dim": 512,
            "num_global_key_value_heads": 1,
        },
        [Layers(Kind.FULL, 2, 1, 1_024), sliding(6)],
    ),
    "gemma 3n, whose last layers keep nothing": (
        {"num_kv_shared_layers": 3},
        [Layers(Kind.FULL, 5, 2, 128)],
    ),
    "deepseek v2": (
        {"kv_lora_rank": 512, "qk_rope_head_dim": 64},
        [Layers(Kind.FULL, 8, width=576)],
    ),
    "chatglm's words": (
        {"num_key_value_heads": None, "multi_query_group_num": 2},
        [FULL],
    ),
    "exaone's words": ({"num_hidden_layers": None, "num_layers": 8}, [FULL]),
    "qwen3-next": (
        {
            "full_attention_interval": 4,
            "linear_num_value_heads": 32,
            "linear_num_key_heads": 16,
            "linear_key_head_dim": 128,
            "linear_value_head_dim": 128,
            "linear_conv_kernel_dim": 4,
        },
        [
            Layers(Kind.FULL, 2, 2, 128),
            Layers(Kind.STATE, 6, state=2 * 8_192 * 3 + 2 * 32 * 128 * 128),
        ],
    ),
    "nemotron-h": (
        {
            "model_type": "nemotron_h",
            "hybrid_override_pattern": "M-M*M-ME",
            "mamba_num_heads": 64,
            "mamba_head_dim": 64,
            "n_groups": 8,
            "ssm_state_size": 128,
            "conv_kernel": 4,
        },
        [
            Layers(Kind.FULL, 1, 2, 128),
            Layers(Kind.STATE, 4, state=2 * (4_096 + 2_048) * 3 + 4 * 64 * 64 * 128),
        ],
    ),
}


@pytest.mark.parametrize("name", LAYERS)
def test_layers(name: str) -> None:
    said, wanted = LAYERS[name]
    config = {key: value for key, value in (PLAIN | said).items() if value is not None}
    assert list(layers_of(config)) == wanted


def test_the_text_part_of_a_model_that_also_sees() -> None:
    whole = {"model_type": "gemma3", "text_config": PLAIN, "dtype": "bfloat16"}
    assert layers_of(text_part(whole)) == (FULL,)
    assert text_part(whole)["dtype"] == "bfloat16"


def test_bytes_of_a_token_by_hand() -> None:
    """Llama 3.1 8B: 32 layers, 8 heads, key and value of 128 elements in two bytes; on GPUs that
    share the heads each has one at least, and the latent of DeepSeek whole.
    """
    llama = (Layers(Kind.FULL, 32, 8, 256),)
    assert token_bytes(llama, Rules()) == 32 * 8 * 2 * 128 * 2 == 131_072
    assert token_bytes(llama, Rules(gpus=4)) == 131_072 // 4
    assert token_bytes(llama, Rules(gpus=16)) == 131_072 // 8
    assert token_bytes(llama, Rules(width=1)) == 131_072 // 2
    latent = (Layers(Kind.FULL, 27, width=576),)
    assert token_bytes(latent, Rules(gpus=4)) == 27 * 576 * 2


@pytest.mark.parametrize(
    ("said", "tokenizer", "wanted"),
    [
        ({}, {}, (8_192, 8_192)),
        ({}, {"model_max_length": 1e30}, (8_192, 8_192)),
        ({}, {"model_max_length": 2_048}, (2_048, 2_048)),
        ({"rope_scaling": {"rope_type": "llama3", "factor": 8.0}}, {}, (8_192, 8_192)),
        ({"rope_scaling": {"type": "dynamic", "factor": 6.0}}, {}, (49_152, 49_152)),
        ({"rope_scaling": {"type": "linear", "factor": 2.0}}, {}, (16_384, 16_384)),
        (
            {"rope_scaling": {"type": "longrope"}, "original_max_position_embeddings": 4_096},
            {},
            (4_096, 8_192),
        ),
        ({"rope_parameters": {"rope_type": "yarn", "factor": 4.0}}, {}, (8_192, 8_192)),
        (
            {
                "model_type": "gemma3_text",
                "rope_parameters": {"full_attention": {"rope_type": "linear", "factor": 8.0}},
            },
            {},
            (8_192, 8_192),
        ),
        ({"max_position_embeddings": None}, {}, (2_048, 2_048)),
    ],
)
def test_contexts(said: dict[str, Any], tokenizer: dict[str, Any], wanted: tuple[int, int]) -> None:
    assert contexts(PLAIN | said, tokenizer) == wanted
