"""How an expert is asked, as its page says it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from moe_core.benchmarks import SAMPLING as PAPER
from moe_core.engine import SAMPLING
from moe_core.values import Purpose
from webapp.experts.budgets import budget_of
from webapp.experts.models import Expert

CHECKPOINT, SERVER = "as the checkpoint asks", "as its server has it"


@dataclass(frozen=True)
class Sampled:
    """One figure of how tokens are drawn; `by`: who says so, where it is not the expert."""

    name: str
    value: float | None  # None: nobody here knows it
    by: str = ""


def sampled(expert: Expert, asks: Mapping[str, float]) -> list[Sampled]:
    """The temperature, and what else is set; `asks` is the checkpoint's own."""
    own = {"temperature": expert.temperature, **expert.sampling}
    rows = [_of("temperature", own["temperature"], expert, asks)]
    rows += [_of(name, own.get(name), expert, asks) for name in SAMPLING]
    return [row for row in rows if row.name == "temperature" or row.value is not None]


def _of(name: str, own: float | None, expert: Expert, asks: Mapping[str, float]) -> Sampled:
    title = name.replace("_", "-" if name.startswith(("top", "min")) else " ")
    if own is not None:
        return Sampled(title, own)
    if expert.is_endpoint:
        return Sampled(title, None, SERVER)
    if name in asks:
        return Sampled(title, asks[name], CHECKPOINT)
    usual = PAPER.temperature if name == "temperature" else None
    return Sampled(title, usual, "unless the checkpoint asks otherwise")


def budgets(expert: Expert) -> list[tuple[str, str]]:
    """Of each purpose, what it may write and with which options."""
    of = {
        "Responses": budget_of(expert, Purpose.RESPOND),
        "Annotations": budget_of(expert, Purpose.ANNOTATE),
        "Final answers": budget_of(expert, Purpose.AGGREGATE),
    }
    return [(title, _words(budget.tokens, budget.options)) for title, budget in of.items()]


def _words(tokens: int, options: Mapping[str, Any]) -> str:
    said = f"at most {tokens:,} new tokens"
    return f"{said}, with {json.dumps(dict(options))}" if options else said
