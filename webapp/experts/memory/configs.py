"""What a model's config.json says of its layers and of its context."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

Config = Mapping[str, Any]

NESTED = ("text_config", "llm_config", "language_config")  # of models that also see or hear
CONTEXTS = ("max_position_embeddings", "n_positions", "max_seq_len", "seq_length")
UNSTATED_CONTEXT = 2048  # vLLM's, where no key says it (config/model.py)
# Kinds of rope whose factor is in the context already (vLLM 0.32, config/model.py).
SCALED_ALREADY = {"default", "su", "longrope", "llama3", "yarn", "deepseek_yarn"}
FLOAT32 = 4  # bytes
MOST_LAYERS = 1_000  # of any model


class Kind(Enum):
    """What a layer keeps of a sequence."""

    FULL = "full"  # keys and values of every token
    SLIDING = "sliding"  # of the last tokens
    STATE = "state"  # a state of one size (Mamba, linear attention)
    NOTHING = "nothing"


WORDS = {
    "full_attention": Kind.FULL,
    "attention": Kind.FULL,
    "sliding_attention": Kind.SLIDING,
    "chunked_attention": Kind.SLIDING,
    "linear_attention": Kind.STATE,
    "mamba": Kind.STATE,
    "mamba2": Kind.STATE,
}
LETTERS = {"*": Kind.FULL, "M": Kind.STATE}  # of Nemotron-H's pattern


@dataclass(frozen=True)
class Layers:
    """Layers of one kind, which keep the same of a sequence."""

    kind: Kind
    count: int
    heads: int = 0  # of keys and values; 0: one latent, which every GPU keeps whole (MLA)
    width: int = 0  # elements that a token takes, per head
    window: int = 0  # tokens that a sliding layer looks back
    state: int = 0  # bytes, of one sequence


def text_part(config: Config) -> dict[str, Any]:
    """What concerns the language model, with what stands outside of it where it does not say."""
    for name in NESTED:
        if isinstance(inner := config.get(name), Mapping):
            return {**config, **inner}
    return dict(config)


def layers_of(config: Config) -> tuple[Layers, ...]:
    """Raises KeyError or TypeError where the config does not say."""
    kinds = _kinds(config)
    kinds = kinds[: len(kinds) - (config.get("num_kv_shared_layers") or 0)]  # they keep nothing
    counted = Counter(kind for kind in kinds if kind is not Kind.NOTHING)
    return tuple(_layers(kind, count, config) for kind, count in sorted(counted.items(), key=str))


def head_size(config: Config) -> int:
    return int(config.get("head_dim") or config["hidden_size"] // config["num_attention_heads"])


def kv_heads(config: Config) -> int:
    for name in ("num_key_value_heads", "num_kv_heads", "multi_query_group_num"):
        if config.get(name):
            return int(config[name])
    return int(config["num_attention_heads"])


def layer_count(config: Config) -> int:
    count = int(config.get("num_hidden_layers") or config["num_layers"])
    if not 0 < count <= MOST_LAYERS:
        raise ValueError(f"{count} layers")
    return count


def contexts(config: Config, tokenizer: Config) -> tuple[int, int]:
    """Tokens that vLLM takes when none are asked for, and the most that may be asked for.

    As `_get_and_verify_max_len` in vLLM 0.32's config/model.py.
    """
    stated = [config[name] for name in CONTEXTS if config.get(name)]
    most = min(stated, default=UNSTATED_CONTEXT)
    most = min(most, tokenizer.get("model_max_length") or most)
    ropes = [rope for rope in _ropes(config) if "gemma3" not in config.get("model_type", "")]
    for rope in ropes:
        if rope["kind"] not in SCALED_ALREADY:
            most *= rope.get("factor") or 1
    if any(rope["kind"] == "longrope" for rope in ropes):
        return int(config.get("original_max_position_embeddings") or most), int(most)
    return int(most), int(most)


def _ropes(config: Config) -> list[dict[str, Any]]:
    """One, or one for each kind of layer."""
    said = config.get("rope_parameters") or config.get("rope_scaling") or {}
    each = [said] if "rope_type" in said or "type" in said else said.values()
    return [
        {**rope, "kind": rope.get("rope_type") or rope.get("type") or "default"}
        for rope in each
        if isinstance(rope, Mapping)
    ]


def _kinds(config: Config) -> list[Kind]:
    if pattern := config.get("hybrid_override_pattern"):
        return [LETTERS.get(letter, Kind.NOTHING) for letter in pattern]
    if words := config.get("layer_types") or config.get("layers_block_type"):
        return [WORDS.get(word, Kind.NOTHING) for word in words]
    count = layer_count(config)
    if (every := config.get("full_attention_interval")) and "linear_num_value_heads" in config:
        return [Kind.STATE if (i + 1) % every else Kind.FULL for i in range(count)]
    return _windowed(config, count)


def _windowed(config: Config, count: int) -> list[Kind]:
    """Of a model whose config names a window, if it does, and not which layers have it."""
    model = config.get("model_type", "")
    if not config.get("sliding_window") or config.get("use_sliding_window") is False:
        return [Kind.FULL] * count
    if every := config.get("sliding_window_pattern") or (6 if "gemma3" in model else 0):
        return [Kind.SLIDING if (i + 1) % every else Kind.FULL for i in range(count)]
    if model in ("gemma2", "gpt_oss"):
        return [Kind.FULL if i % 2 else Kind.SLIDING for i in range(count)]
    if "use_sliding_window" in config:  # Qwen: from this layer on
        first = config.get("max_window_layers", count)
        return [Kind.SLIDING if i >= first else Kind.FULL for i in range(count)]
    return [Kind.SLIDING] * count


def _layers(kind: Kind, count: int, config: Config) -> Layers:
    if kind is Kind.STATE:
        return Layers(kind, count, state=_state_bytes(config))
    if config.get("kv_lora_rank"):
        return Layers(kind, count, width=config["kv_lora_rank"] + config["qk_rope_head_dim"])
    heads, size = kv_heads(config), head_size(config)
    if kind is Kind.SLIDING:
        window = config.get("sliding_window") or config["attention_chunk_size"]
        return Layers(kind, count, heads, 2 * size, window)
    if config.get("global_head_dim"):  # Gemma 4
        heads = config.get("num_global_key_value_heads") or heads
        size = config["global_head_dim"]
    return Layers(kind, count, heads, 2 * size)


def _state_bytes(config: Config) -> int:
    """Of one layer and sequence, as model_executor/layers/mamba/mamba_utils.py shapes it: the last
    inputs of a convolution in 16 bits, and the state itself, in 32 where the model wants that.
    """
    if "linear_num_value_heads" in config:  # gated delta net: Qwen3-Next and later
        values = config["linear_num_value_heads"] * config["linear_value_head_dim"]
        keys = config["linear_num_key_heads"] * config["linear_key_head_dim"]
        convolved, kernel = 2 * keys + values, config["linear_conv_kernel_dim"]
        elements, said = values * config["linear_key_head_dim"], config.get("mamba_ssm_dtype")
    else:  # Mamba 2
        get = config.get
        heads = get("mamba_num_heads") or config["mamba_n_heads"]
        inner = heads * (get("mamba_head_dim") or config["mamba_d_head"])
        state = get("ssm_state_size") or config["mamba_d_state"]
        convolved = inner + 2 * (get("n_groups") or config["mamba_n_groups"]) * state
        kernel = get("conv_kernel") or config["mamba_d_conv"]
        elements = inner * state
        nemotron = "float32" if get("model_type") == "nemotron_h" else None
        said = get("mamba_ssm_cache_dtype") or nemotron
    width = FLOAT32 if said == "float32" else FLOAT32 // 2
    return int(2 * convolved * (kernel - 1) + width * elements)
