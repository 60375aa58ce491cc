"""The engines that an expert can have. Each is a file of this folder.

A new one is a line of ENGINES, and of EngineFields where it has settings of its own; what it loads
is a type of its own in moe_core.engine.

Forms, the API and the commands take an engine's own settings from its fields; a worker
imports its loader when an expert needs it. New settings are columns: `makemigrations` after it.
"""

from moe_core.engine import Checkpoint, Endpoint
from webapp.experts.engines.base import EngineKind
from webapp.experts.engines.openai import OPENAI, EndpointFields
from webapp.experts.engines.recorded import RECORDED
from webapp.experts.engines.vllm import VLLM, CheckpointFields

__all__ = [
    "ENGINES",
    "GENERATING",
    "OPENAI",
    "OWN_SETTINGS",
    "RECORDED",
    "VLLM",
    "EngineFields",
    "choices",
    "loader_of",
    "misplaced",
]
ENGINES: dict[str, EngineKind] = {engine.name: engine for engine in (VLLM, OPENAI, RECORDED)}


class EngineFields(CheckpointFields, EndpointFields):
    """The settings of all engines, which every expert has columns for."""

    class Meta:
        abstract = True


GENERATING = [engine for engine in ENGINES.values() if engine.loader]  # what people may add
OWN_SETTINGS = [name for engine in ENGINES.values() for name in engine.settings]


def choices() -> list[tuple[str, str]]:
    """A function, so that a new engine needs no migration for its name."""
    return [(engine.name, engine.title) for engine in ENGINES.values()]


def loader_of(what: Checkpoint | Endpoint) -> str:
    """Where a worker finds what loads it."""
    return next(engine.loader for engine in GENERATING if engine.loads is type(what))


def misplaced(engine: str, given: dict[str, bool]) -> dict[str, str]:
    """Messages for settings that are not this engine's, and for those that it lacks, by field.

    `given` says of every setting whether it is set to anything but what a new expert has.
    """
    wrong = {
        name: other.not_elsewhere
        for other in ENGINES.values()
        if other.name != engine
        for name in other.settings
        if given[name]
    }
    needed = ENGINES[engine].needed if engine in ENGINES else {}
    return wrong | {name: said for name, said in needed.items() if not given[name]}
