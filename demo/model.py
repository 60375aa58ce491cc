"""A small Llama for training on one CPU thread, and its export to a Hugging Face checkpoint.

Written out by hand because at these sizes the library's attention backward pass takes half of
every step. The arithmetic is Llama's, so the exported weights need no conversion.
"""

from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

ROPE_BASE = 10_000.0
EPSILON = 1e-6
LONGEST = 1024  # tokens, prompt and answer together


@dataclass(frozen=True)
class Shape:
    hidden: int = 64
    layers: int = 3
    heads: int = 2
    inner: int = 128
    vocabulary: int = 768


@dataclass(frozen=True)
class Positions:
    """Rotary angles (tokens, head size) and the causal mask (tokens, tokens)."""

    cos: Tensor
    sin: Tensor
    mask: Tensor

    @classmethod
    def upto(cls, tokens: int, head_size: int) -> "Positions":
        rates = ROPE_BASE ** (-torch.arange(0, head_size, 2).float() / head_size)
        angles = torch.outer(torch.arange(tokens).float(), rates).repeat(1, 2)
        mask = torch.full((tokens, tokens), -1e4).triu(1)
        return cls(angles.cos(), angles.sin(), mask)

    def rotate(self, heads: Tensor) -> Tensor:
        half = heads.shape[-1] // 2
        turned = torch.cat((-heads[..., half:], heads[..., :half]), -1)
        return heads * self.cos + turned * self.sin


class Attention(nn.Module):
    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.heads = shape.heads
        self.q_proj, self.k_proj, self.v_proj, self.o_proj = (
            nn.Linear(shape.hidden, shape.hidden, bias=False) for _ in range(4)
        )

    def forward(self, state: Tensor, positions: Positions) -> Tensor:
        batch, tokens, hidden = state.shape
        query, key, value = (
            project(state).view(batch, tokens, self.heads, -1).transpose(1, 2)
            for project in (self.q_proj, self.k_proj, self.v_proj)
        )
        query = (positions.rotate(query) * query.shape[-1] ** -0.5).to(value.dtype)
        scores = query @ positions.rotate(key).to(value.dtype).transpose(-1, -2)
        weights = torch.softmax(scores + positions.mask, -1).to(value.dtype)
        mixed = (weights @ value).transpose(1, 2).reshape(batch, tokens, hidden)
        out: Tensor = self.o_proj(mixed)
        return out


class FeedForward(nn.Module):
    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.gate_proj = nn.Linear(shape.hidden, shape.inner, bias=False)
        self.up_proj = nn.Linear(shape.hidden, shape.inner, bias=False)
        self.down_proj = nn.Linear(shape.inner, shape.hidden, bias=False)

    def forward(self, state: Tensor) -> Tensor:
        out: Tensor = self.down_proj(functional.silu(self.gate_proj(state)) * self.up_proj(state))
        return out


class Layer(nn.Module):
    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.self_attn = Attention(shape)
        self.mlp = FeedForward(shape)
        self.input_layernorm = nn.RMSNorm(shape.hidden, eps=EPSILON)
        self.post_attention_layernorm = nn.RMSNorm(shape.hidden, eps=EPSILON)

    def forward(self, state: Tensor, positions: Positions) -> Tensor:
        state = state + self.self_attn(self.input_layernorm(state), positions)
        out: Tensor = state + self.mlp(self.post_attention_layernorm(state))
        return out


class TinyLlama(nn.Module):
    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.embed_tokens = nn.Embedding(shape.vocabulary, shape.hidden)
        self.layers = nn.ModuleList(Layer(shape) for _ in range(shape.layers))
        self.norm = nn.RMSNorm(shape.hidden, eps=EPSILON)
        self._initialise()

    def forward(self, ids: Tensor, wanted: Tensor) -> Tensor:
        """Scores (wanted tokens, vocabulary) at the places where `wanted` (batch, tokens)."""
        positions = Positions.upto(ids.shape[1], self.shape.hidden // self.shape.heads)
        state = self.embed_tokens(ids)
        for layer in self.layers:
            state = layer(state, positions)
        return functional.linear(self.norm(state[wanted]), self.embed_tokens.weight)

    def _initialise(self) -> None:
        for name, weight in self.named_parameters():
            if weight.dim() < 2:
                continue
            narrow = name.endswith(("embed_tokens.weight", "o_proj.weight", "down_proj.weight"))
            nn.init.normal_(weight, std=0.02 if narrow else 0.7 * weight.shape[1] ** -0.5)


def export(model: TinyLlama, tokenizer: PreTrainedTokenizerFast, folder: Path) -> None:
    """Write a checkpoint that transformers and vLLM load as an ordinary Llama."""
    shape = model.shape
    config = LlamaConfig(
        vocab_size=shape.vocabulary,
        hidden_size=shape.hidden,
        intermediate_size=shape.inner,
        num_hidden_layers=shape.layers,
        num_attention_heads=shape.heads,
        num_key_value_heads=shape.heads,
        max_position_embeddings=LONGEST,
        rms_norm_eps=EPSILON,
        tie_word_embeddings=True,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    llama = LlamaForCausalLM(config)
    weights = {f"model.{name}": weight for name, weight in model.state_dict().items()}
    weights["lm_head.weight"] = weights["model.embed_tokens.weight"]
    llama.load_state_dict(weights, strict=True)
    nn.Module.to(llama, torch.bfloat16)
    llama.save_pretrained(folder)
    tokenizer.save_pretrained(folder, save_jinja_files=False)  # template inside the config
