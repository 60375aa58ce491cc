"""What each expert of a run has done, and how fast those write that it waits for."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from webapp.experts.models import Expert
from webapp.experts.short_names import short
from webapp.progress.gpu import GpuNow
from webapp.runs.models import Progress


@dataclass(frozen=True)
class ExpertRow:
    """One expert of a run; a cell per purpose, None where it has nothing to do."""

    expert: Expert
    cells: list[Progress | None]
    tokens: int
    here: str  # "loading", "loaded" or nothing


def expert_rows(
    progress: Sequence[Progress], purposes: Sequence[str], gpu: GpuNow
) -> list[ExpertRow]:
    """What each expert has done; `progress` comes with its experts."""
    by_expert: dict[Expert, dict[str, Progress]] = defaultdict(dict)
    for row in progress:
        by_expert[row.expert][row.purpose] = row
    here = {v.engine_key: "loaded" if v.loaded else "loading" for v in gpu.visits}
    return [
        ExpertRow(
            expert,
            [cells.get(purpose) for purpose in purposes],
            sum(cell.tokens for cell in cells.values()),
            here.get(expert.engine_key, ""),
        )
        for expert, cells in sorted(by_expert.items(), key=lambda item: short(item[0]).casefold())
    ]


def rate_now(progress: Iterable[Progress], gpu: GpuNow) -> float | None:
    """Tokens per second of the loaded visits that a run waits for; `progress` has its experts."""
    wanted = {r.expert.engine_key for r in progress if r.asked > r.done + r.failed}
    rates = [
        visit.tokens / visit.busy_seconds
        for visit in gpu.visits
        if visit.loaded and visit.busy_seconds and visit.engine_key in wanted
    ]
    return sum(rates) or None
