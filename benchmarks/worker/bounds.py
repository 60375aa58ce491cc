"""The lower bounds: what a GPU that never waits would need. Pure functions of measured times.

A part is the work of one expert in one stage; a work says how many tokens each part has.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median

Part = tuple[str, str]  # stage, expert
Work = Mapping[Part, int]  # tokens


@dataclass
class Alone:
    """One part, measured several times by a bare engine with nothing else running."""

    load_seconds: list[float] = field(default_factory=list)
    token_seconds: list[float] = field(default_factory=list)

    @property
    def loading(self) -> float:
        return median(self.load_seconds)

    def generating(self, tokens: int) -> float:
        return median(self.token_seconds) * tokens


def work_bound(work: Work, alone: Mapping[Part, Alone]) -> float:
    """Each expert's load once per stage, and its generations."""
    return sum(alone[part].loading + alone[part].generating(n) for part, n in work.items())


def own_bound(work: Work, alone: Mapping[Part, Alone]) -> float:
    """What one run needs from its arrival on, if every other run keeps out of its way.

    One of its experts may be loaded when it arrives: the one that takes longest.
    """
    return work_bound(work, alone) - max(alone[part].loading for part in work)


def arrivals_bound(arrivals: Sequence[tuple[float, Work]], alone: Mapping[Part, Alone]) -> float:
    """For runs that arrive over time, from the first arrival to the last end.

    All the work has to be done after the first arrival, and no run can end before its own
    arrival and its own bound.
    """
    together: dict[Part, int] = {}
    for _, work in arrivals:
        for part, tokens in work.items():
            together[part] = together.get(part, 0) + tokens
    ends = [arrival + own_bound(work, alone) for arrival, work in arrivals]
    return max(work_bound(together, alone), *ends)
