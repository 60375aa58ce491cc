"""What a preset says of one expert."""

from dataclasses import dataclass, field
from typing import Any

from moe_core.benchmarks import SAMPLING as PAPER
from moe_core.engine import SAMPLING

SHORT = PAPER.max_new_tokens
LONG = PAPER.max_new_tokens_long
LOOKED_UP = "2026-11-29"

# What an expert is made with, by the names of its fields. A test holds it against the model: what
# the model learns to hold and presets know belongs here. The rest is for docs/presets.md alone.
SETTINGS = (
    "name",
    "source",
    "max_model_len",
    "max_new_tokens",
    "temperature",
    "top_p",
    "top_k",
    "min_p",
    "presence_penalty",
    "repetition_penalty",
    "system_prompt",
    "chat_template_options",
    "reasoning_parser",
    "end_of_thinking",
    "quantization",
    "tokenizer_mode",
    "config_format",
    "load_format",
    "trust_remote_code",
)


@dataclass(frozen=True)
class PresetExpert:
    """What to enter for one expert, what it is known for, and where that was read.

    Settings go by the names that the model of experts or vLLM has for them; None or empty: the
    engine's own.
    """

    name: str
    source: str  # hub id
    strength: str
    licence: str
    source_of_facts: str
    max_model_len: int | None = None  # tokens of prompt and output; None: as many as fit
    max_new_tokens: int = SHORT
    temperature: float = PAPER.temperature
    top_p: float | None = None
    top_k: int | None = None
    min_p: float | None = None
    presence_penalty: float | None = None
    repetition_penalty: float | None = None
    system_prompt: str = ""
    chat_template_options: dict[str, Any] = field(default_factory=dict)
    reasoning_parser: str = ""  # vLLM's name for what parts thinking and answer
    end_of_thinking: str = ""
    quantization: str = ""  # while it is loaded; empty: as the checkpoint is stored
    stored_as: str = ""  # how the checkpoint's weights are packed already; empty: 16 bits
    tokenizer_mode: str = "auto"
    config_format: str = "auto"
    load_format: str = "safetensors"
    text_only: bool = False  # it could see, and is loaded without what does
    trust_remote_code: bool = False  # then a revision has to be pinned when it is added
    gated: bool = False  # its licence is to be accepted on the hub, with an account
    caution: str = ""
    date: str = LOOKED_UP
    verified: bool = True  # whether all of this was read at a source

    @property
    def thinks(self) -> bool:
        return bool(self.end_of_thinking)

    @property
    def sampling(self) -> dict[str, float]:
        """By vLLM's names, without what is left to the engine."""
        said = {name: getattr(self, name, None) for name in ("temperature", *SAMPLING)}
        return {name: value for name, value in said.items() if value is not None}

    def settings(self) -> dict[str, Any]:
        """The fields of an expert that is made of it."""
        return {name: getattr(self, name) for name in SETTINGS} | {"caution": self._caution()}

    def _caution(self) -> str:
        gate = "Its licence must be accepted on the hub first, with a token of your account."
        said = [f"Known for: {self.strength}.", f"Licence: {self.licence}."]
        return " ".join([*said, *([gate] if self.gated else []), self.caution]).strip()
