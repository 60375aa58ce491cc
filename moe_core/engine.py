"""The one seam between the visit loop and whatever generates: vLLM, an endpoint, or the fake."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol


class EngineError(RuntimeError):
    """The engine could not load its expert, or died; the message is for a person.

    Those of its kinds that are not the expert's own fault have a class below.
    """


class EngineDied(EngineError):
    """Its process ended without a word: it was killed, by a person or for want of memory."""


class EngineAway(EngineDied):
    """Its server does not answer, for now: it may be starting again."""


class LoadFailed(EngineDied):
    """It did not load, for a reason that tells neither of the expert nor of the machine."""


class NoRoom(EngineError):
    """It found too little memory: it is too large, unless others hold what it was to have."""


class MachineTrouble(EngineError):
    """Nothing is known against the expert: its machine can load none, for now."""


class HubAway(MachineTrouble):
    """Its hub does not answer, for now: experts that are here already can be loaded."""


class LoadStopped(EngineError):
    """The worker was asked to stop while an expert was loading: nothing is wrong with it."""


@dataclass(frozen=True)
class Checkpoint:
    """What an engine needs to load one expert. Equal checkpoints share a stay on the GPU."""

    source: str  # hub id or local folder
    revision: str = ""
    max_model_len: int | None = None  # tokens
    dtype: str = "auto"
    trust_remote_code: bool = False
    quantization: str = ""  # as vLLM names it; empty: what the checkpoint says
    tensor_parallel_size: int = 1  # GPUs
    load_format: str = "safetensors"
    tokenizer_mode: str = "auto"
    config_format: str = "auto"
    seed: int = 0  # the engine's; every prompt has its own


@dataclass(frozen=True)
class Endpoint:
    """An OpenAI-compatible server, and how it is asked to generate for an expert."""

    address: str  # up to and with /v1
    source: str  # the model's name there
    key_variable: str = ""  # the environment variable that holds the key; empty: none is needed
    concurrency: int = 8  # requests at once
    timeout_seconds: int = 120  # without a token
    end_of_thinking: str = ""  # put between thinking and content, where a server parts them


# How tokens are drawn, beside the temperature, by vLLM's names.
SAMPLING = (
    *("top_p", "top_k", "min_p"),
    *("presence_penalty", "frequency_penalty", "repetition_penalty"),
)


@dataclass(frozen=True)
class Prompt:
    """One generation as an engine sees it."""

    id: int
    text: str
    temperature: float | None  # None: as the checkpoint or the server has it
    max_tokens: int
    seed: int
    chat_template_options: Mapping[str, Any] = field(default_factory=dict)
    stop: tuple[str, ...] = ()  # texts that end the output, and are left out of it
    # What the output should be, as a JSON schema. An engine that cannot hold to it writes freely:
    # whoever reads it has to take both.
    schema: Mapping[str, Any] | None = None
    sampling: Mapping[str, float] = field(default_factory=dict)  # those of SAMPLING that are set
    system: str = ""  # a message that comes before the text
    streams: bool = False  # somebody watches: what is written is told before it is complete
    end_of_thinking: str = ""  # what a response should have between thinking and answer
    reasoning_parser: str = ""  # vLLM's name for what finds that; empty: the mark itself
    before: tuple[tuple[str, str], ...] = ()  # (role, content) of the messages before the text

    @property
    def messages(self) -> list[dict[str, str]]:
        """What a chat template or a server is given: the text is the user's last message.

        What the expert and the question say as the system is one message: templates take one.
        """
        before, system = list(self.before), [self.system] if self.system else []
        if before and before[0][0] == "system":
            system.append(before.pop(0)[1])
        told = [("system", "\n\n".join(system))] if system else []
        all_of = [*told, *before, ("user", self.text)]
        return [{"role": role, "content": content} for role, content in all_of]


# Why an output ended: at its limit of tokens, of itself, or because a filter of its server did.
AT_LIMIT, BY_ITSELF, FILTERED = "length", "stop", "content_filter"


@dataclass(frozen=True)
class Completion:
    """What an engine wrote for one prompt; `error` says why when it wrote nothing."""

    id: int
    text: str = ""
    prompt_tokens: int = 0
    tokens: int = 0
    finish_reason: str = ""  # AT_LIMIT, BY_ITSELF, FILTERED, or what a server calls it
    error: str = ""
    cached_tokens: int = 0  # of the prompt: its beginning was in the cache of prefixes


@dataclass(frozen=True)
class Partial:
    """All that has been written so far for a prompt that streams."""

    id: int
    text: str
    tokens: int


class Engine(Protocol):
    """Loads one expert and streams completions as they finish. Every call may raise EngineError."""

    def load(self, what: Checkpoint | Endpoint) -> None:
        """Bring an expert onto the GPU, or see that it answers; replaces the one before."""

    def submit(self, prompts: Sequence[Prompt]) -> None:
        """Start generating; returns at once."""

    def poll(self, seconds: float) -> list[Completion]:
        """Completions that are ready, waiting up to `seconds` for the first."""

    def partials(self) -> list[Partial]:
        """What is new of prompts that stream, at once; one that nobody asked for is forgotten."""

    def abort(self, ids: Iterable[int]) -> None:
        """Stop generating these prompts; nothing comes back for them."""

    def unload(self, *, keep: bool = True) -> None:
        """Give the GPU's memory back. Harmless when nothing is loaded.

        `keep`: it is sound, and may be kept where it comes back sooner than by a load.
        """
