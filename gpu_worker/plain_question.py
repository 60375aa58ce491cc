"""A question that no run has asked: whether an expert is sound, when a run makes one doubt it."""

import time
from collections.abc import Callable

from gpu_worker.readable import is_readable
from moe_core import prompts
from moe_core.engine import Engine, EngineError, LoadStopped, Prompt
from moe_core.values import Purpose
from webapp.experts.budgets import budget_of
from webapp.experts.models import Expert

QUESTION = "What is two plus three?"
SECONDS = 300.0  # that an answer may take, when nothing else is asked
LOOK_SECONDS = 0.1


def plain_question(expert: Expert) -> Prompt:
    """As the expert's settings have it asked. Its number is none that a generation has."""
    template = {"chat_template": expert.chat_template} if expert.chat_template else {}
    return Prompt(
        -expert.pk,
        prompts.respond(QUESTION),
        expert.temperature,
        budget_of(expert, Purpose.TRY).tokens,
        seed=0,
        chat_template_options={**template, **expert.chat_template_options},
        stop=tuple(expert.stop_strings),
        sampling=expert.sampling,
        system=expert.system_prompt,
        end_of_thinking=expert.end_of_thinking,
        reasoning_parser=expert.reasoning_parser,
    )


def answers(engine: Engine, expert: Expert, stopping: Callable[[], bool]) -> bool:
    """Load an expert anew and ask it alone. Raises LoadStopped."""
    asked, until = plain_question(expert), time.monotonic() + SECONDS
    try:
        engine.unload(keep=False)
        engine.load(expert.checkpoint)
        engine.submit([asked])
        while time.monotonic() < until:
            if stopping():
                raise LoadStopped("the worker is stopping")
            for completion in engine.poll(LOOK_SECONDS):
                if completion.id == asked.id:
                    return not completion.error and is_readable(completion)
    except LoadStopped:
        raise
    except EngineError:
        pass
    return False
