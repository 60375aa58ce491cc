"""Engines in tests: the demo's checkpoints, and waiting for what an engine writes."""

import time
from collections.abc import Iterable, Sequence

from gpu_worker.openai_engine import OpenAIEngine
from gpu_worker.vllm_engine import VllmEngine
from moe_core.engine import Checkpoint, Completion, Prompt
from tests.conftest import DEMO

AnyEngine = VllmEngine | OpenAIEngine
SECONDS = 60  # on two busy cores


def demo_checkpoint(name: str = "tiny-01", **settings: object) -> Checkpoint:
    return Checkpoint(str(DEMO / "experts" / name), **{"max_model_len": 1024} | settings)  # type: ignore[arg-type]


def prompts(texts: Iterable[str], **settings: object) -> list[Prompt]:
    """One for each text, greedy and short."""
    given = {"temperature": 0.0, "max_tokens": 16, "seed": 1} | settings
    return [Prompt(n, text, **given) for n, text in enumerate(texts)]  # type: ignore[arg-type]


def collect(engine: AnyEngine, count: int, seconds: float = SECONDS) -> list[Completion]:
    """The next `count` completions."""
    until = time.monotonic() + seconds
    arrived: list[Completion] = []
    while len(arrived) < count:
        assert time.monotonic() < until, f"{len(arrived)} of {count} completions arrived"
        arrived += engine.poll(0.2)
    return arrived


def write_all(engine: AnyEngine, asked: Sequence[Prompt]) -> dict[int, Completion]:
    """What the engine makes of the prompts, by id."""
    engine.submit(asked)
    return {completion.id: completion for completion in collect(engine, len(asked))}
