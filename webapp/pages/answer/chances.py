"""Why these experts: what an answer's page says of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from webapp.experts.models import Expert
from webapp.runs.models import Answer


@dataclass(frozen=True)
class Chance:
    """What speaks for one expert on a question, in percentage points."""

    expert: Expert
    seat: int | None  # from 1; None: not recruited
    parts: Sequence[float]
    total: float


def chances(answer: Answer, seats: Sequence[int]) -> tuple[list[str], list[Chance]] | None:
    """The names of the parts, and every expert with them: by seat, then the likeliest first.

    `seats`: the expert's key of each.
    """
    if not answer.contributions:
        return None
    named = {name for of in answer.contributions.values() for name in of}
    by = answer.run.recruited_by
    ordered = list(by.parts) if by else []  # Postgres keeps no order of names
    names = [name for name in ordered if name in named] + sorted(named - set(ordered))
    first = {expert: place for place, expert in reversed(list(enumerate(seats, start=1)))}
    experts = Expert.objects.in_bulk([int(key) for key in answer.contributions])
    rows = [
        Chance(
            experts[int(key)],
            first.get(int(key)),
            [100 * of.get(name, 0.0) for name in names],
            100 * sum(of.values()),
        )
        for key, of in answer.contributions.items()
        if int(key) in experts
    ]
    return names, sorted(rows, key=lambda row: (row.seat or len(seats) + 1, -row.total))
