"""Parameters by a model's configuration, for architectures that the product does not count itself:
their files' sizes stand among the published ones, and this is what those are held against.
"""

from typing import Any

Config = dict[str, Any]


def parameters_of(config: Config) -> int:
    kind = config["model_type"]
    return ends(config) + next(count for name, count in LAYERS.items() if kind.startswith(name))(
        config
    )


def ends(c: Config) -> int:
    one = int(c["vocab_size"] * c["hidden_size"])
    return one if c["tie_word_embeddings"] else 2 * one


def _feed(c: Config) -> int:
    """Of one layer: a feed-forward network, or a mixture with one that all tokens go to."""
    hidden = c["hidden_size"]
    if experts := c.get("num_experts") or c.get("n_routed_experts"):
        return int((experts + 1) * 3 * hidden * c["moe_intermediate_size"] + experts * hidden)
    return int(3 * hidden * c["intermediate_size"])


def _gated_delta(c: Config) -> int:
    """Qwen3.5: three layers of four keep a state, the fourth has a gate beside its queries. With
    its eyes, of 27 layers.
    """
    hidden, layers = c["hidden_size"], c["num_hidden_layers"]
    values = c["linear_num_value_heads"] * c["linear_value_head_dim"]
    keys = c["linear_num_key_heads"] * c["linear_key_head_dim"]
    linear = hidden * (2 * keys + 3 * values + 2 * c["linear_num_value_heads"])
    heads, kept = c["num_attention_heads"], c["num_key_value_heads"]
    full = hidden * c["head_dim"] * (3 * heads + 2 * kept)
    eyes = 27 * (4 * 1152**2 + 2 * 1152 * 4304) + 4608**2 + 4608 * hidden
    fourth = layers // c["full_attention_interval"]
    return int(layers * _feed(c) + (layers - fourth) * linear + fourth * full + eyes)


def _gpt_oss(c: Config) -> int:
    hidden, size = c["hidden_size"], c["head_dim"]
    attention = 2 * hidden * size * (c["num_attention_heads"] + c["num_key_value_heads"])
    mixture = c["num_local_experts"] * 3 * hidden * c["intermediate_size"]
    return int(c["num_hidden_layers"] * (attention + mixture))


def _gemma4(c: Config) -> int:
    """Layers that see everything have fewer and larger heads, and keys that serve as values."""
    hidden, heads, kinds = c["hidden_size"], c["num_attention_heads"], c["layer_types"]
    sliding = hidden * c["head_dim"] * 2 * (heads + c["num_key_value_heads"])
    full = hidden * c["global_head_dim"] * (2 * heads + c["num_global_key_value_heads"])
    each = {"sliding_attention": sliding, "full_attention": full}
    return int(sum(each[kind] + _feed(c) for kind in kinds))


def _latent(c: Config) -> int:
    """GLM-4.7-Flash: attention by latents; the first layer is no mixture."""
    hidden, heads = c["hidden_size"], c["num_attention_heads"]
    query = c["qk_nope_head_dim"] + c["qk_rope_head_dim"]
    attention = (
        c["q_lora_rank"] * (hidden + heads * query)
        + hidden * (c["kv_lora_rank"] + c["qk_rope_head_dim"])
        + c["kv_lora_rank"] * heads * (c["qk_nope_head_dim"] + c["v_head_dim"])
        + heads * c["v_head_dim"] * hidden
    )
    layers = c["num_hidden_layers"]
    return int(layers * attention + (layers - 1) * _feed(c) + 3 * hidden * c["intermediate_size"])


def _nemotron(c: Config) -> int:
    """Its layers are Mamba's, mixtures without a gate in their experts, or attention."""
    hidden, size = c["hidden_size"], c["head_dim"]
    inner = c["mamba_num_heads"] * c["mamba_head_dim"]
    states = 2 * c["n_groups"] * c["ssm_state_size"]
    wide = c["n_routed_experts"] * c["moe_intermediate_size"]
    each = {
        "M": hidden * (3 * inner + states + c["mamba_num_heads"]),
        "E": 2 * hidden * (wide + c["moe_shared_expert_intermediate_size"]),
        "*": 2 * hidden * size * (c["num_attention_heads"] + c["num_key_value_heads"]),
    }
    return int(sum(each[letter] for letter in c["hybrid_override_pattern"]))


LAYERS = {
    "qwen3_5": _gated_delta,
    "gpt_oss": _gpt_oss,
    "gemma4": _gemma4,
    "glm4_moe_lite": _latent,
    "nemotron_h": _nemotron,
}
