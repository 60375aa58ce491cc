"""The one Engine that the visit loop knows: vLLM for checkpoints, HTTP for endpoints."""

import os
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

from django.conf import settings

from gpu_worker.sleepers import Sleepers
from gpu_worker.vllm_engine import VllmEngine, start_forkserver
from moe_core.engine import Checkpoint, Completion, Endpoint, Engine, EngineError, Partial, Prompt
from webapp.experts.engines import VLLM, loader_of
from webapp.experts.models import Expert
from webapp.processes.program import YIELDING

if TYPE_CHECKING:
    from gpu_worker.openai_engine import OpenAIEngine


def prepare() -> None:
    """Have vllm imported beforehand, which takes seconds, unless all experts are endpoints."""
    experts = Expert.objects.generating()
    if not experts.exists() or experts.filter(engine=VLLM.name).exists():
        start_forkserver()


def yield_to_engines() -> None:
    """Give way to what `prepare` has started, as the other workers do.

    An engine needs its core, be it only to tell a GPU what to do next.
    """
    os.nice(max(0, YIELDING - os.nice(0)))


class Engines:
    """Loads whatever an expert is; starts what serves it when it is first needed."""

    def __init__(self, stopping: Callable[[], bool] = lambda: False) -> None:
        self._stopping = stopping
        self._loaded: Engine | None = None

    def load(self, what: Checkpoint | Endpoint) -> None:
        self.unload()
        self._loaded = _made(loader_of(what), self._stopping)
        self._loaded.load(what)

    def submit(self, prompts: Sequence[Prompt]) -> None:
        if self._loaded is None:
            raise EngineError("no expert is loaded")
        self._loaded.submit(prompts)

    def poll(self, seconds: float) -> list[Completion]:
        return self._loaded.poll(seconds) if self._loaded else []

    def partials(self) -> list[Partial]:
        return self._loaded.partials() if self._loaded else []

    def abort(self, ids: Iterable[int]) -> None:
        if self._loaded:
            self._loaded.abort(ids)

    def unload(self, *, keep: bool = True) -> None:
        if self._loaded:
            self._loaded.unload(keep=keep)
        self._loaded = None


def vllm(stopping: Callable[[], bool]) -> VllmEngine:
    """For checkpoints."""
    return VllmEngine(stopping, _sleepers())


def openai(stopping: Callable[[], bool]) -> "OpenAIEngine":
    """For endpoints."""
    from gpu_worker.openai_engine import OpenAIEngine  # takes a second, which most need not spend

    return OpenAIEngine(stopping)


def _made(loader: str, stopping: Callable[[], bool]) -> Engine:
    """By the function that an engine of webapp.experts.engines names."""
    module, name = loader.split(":")
    made: Engine = getattr(import_module(module), name)(stopping)
    return made


@cache
def _sleepers() -> Sleepers:
    """Of this worker, as long as it lives: they outlast the Engines of one visit after another."""
    gigabytes: int = settings.SLEEP_GB
    return Sleepers(gigabytes * 1024**3)
