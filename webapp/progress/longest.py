"""What a run takes at most: every output as long as it may be."""

from collections.abc import Mapping
from dataclasses import dataclass

from moe_core.values import Purpose, Stage
from webapp.experts.budgets import budget_of
from webapp.experts.models import Expert
from webapp.runs.models import Run
from webapp.runs.purposes import stage_of


@dataclass(frozen=True)
class Longest:
    tokens: int
    seconds: float | None  # of the GPU, loads included; None: the pace of somebody is not known


def longest(asked: Mapping[tuple[str, int], int]) -> Longest:
    """Of so many generations of a run that answers, by purpose and expert; recorded ones write
    nothing."""
    experts = Expert.objects.generating().in_bulk([expert for _, expert in asked])
    tokens, seconds = 0, 0.0
    loads: dict[tuple[Stage, str], float] = {}
    is_known = True
    for (purpose, key), n in asked.items():
        expert = experts.get(key)
        if expert is None or not n:
            continue
        most = n * budget_of(expert, Purpose(purpose)).tokens
        tokens += most
        is_known = is_known and bool(expert.tokens_per_second)
        seconds += most / (expert.tokens_per_second or 1)
        loads[stage_of(Run.Kind.ANSWER, purpose), expert.engine_key] = expert.load_seconds or 0
    return Longest(tokens, seconds + sum(loads.values()) if is_known else None)
