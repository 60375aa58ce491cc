"""What an engine's process and the worker say to each other, besides prompts and completions.

To the process go lists of Prompts to add, frozensets of ids to abort, Sleep and Wake; from it come
Loaded, lists of Completions, Written, Asleep, Awake, or an EngineError with which it ends.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from moe_core.engine import Partial

BEAT_SECONDS = 5  # an engine at work sends a list, be it empty, at least this often
STREAM_SECONDS = 0.2  # between two messages of what prompts that stream have written


@dataclass(frozen=True)
class Loaded:
    """It can generate."""

    weight_bytes: int
    most_asleep: int  # processes whose remains its GPU can hold besides one that is awake
    context: int  # tokens of prompt and output together, fitted to the memory
    phases: Mapping[str, float]  # of the load, in seconds; none of tensor parallelism


@dataclass(frozen=True)
class Written:
    """What is new of prompts that stream, each from its beginning."""

    partials: tuple[Partial, ...]


@dataclass(frozen=True)
class Sleep:
    """Give the GPU's memory back: level 1 keeps the weights in host memory, level 2 drops them."""

    level: int


@dataclass(frozen=True)
class Asleep:
    """It holds the GPU's memory no more, but for its context."""


@dataclass(frozen=True)
class Wake:
    """Come back as you were."""


@dataclass(frozen=True)
class Awake:
    """It can generate again; not to be trusted unless it writes what it wrote before it slept."""

    writes_the_same: bool
