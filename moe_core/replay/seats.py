"""Accuracy against generations: methods with fewer seats, with more, and with as many as a question
needs. All are compared with BASE seats of the same method, and with the BASE best experts."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from moe_core.errors import MethodError
from moe_core.evidence import Floats
from moe_core.recruiters import Fills
from moe_core.replay.playing import graded, polled, profile_of, recruited
from moe_core.replay.prepared import Prepared
from moe_core.replay.recording import Recording
from moe_core.replay.splits import Mean, mean_of
from moe_core.replay.ways import WAYS
from moe_core.seating import Seating, seatings

BASE = 3
BEST = "task-top-k"  # what recruits the best experts


@dataclass(frozen=True)
class Played:
    """A method with a seating, on one draw: `right` (n) of the questions that can be graded, and
    how many seats of each were asked (n)."""

    right: Floats
    asked: Floats


@dataclass(frozen=True)
class Point:
    """What came of a method with a seating, over all draws: percent, seats, percentage points."""

    method: str
    seating: str
    right: Mean
    asked: float
    over_base: Mean  # the same method with BASE seats
    over_best: Mean

    @property
    def figures(self) -> dict[str, Any]:
        means = {"right": self.right, "over_base": self.over_base, "over_best": self.over_best}
        told = {name: [round(m.value, 2), round(m.error, 2)] for name, m in means.items()}
        return {
            "method": self.method,
            "seating": self.seating,
            "asked": round(self.asked, 3),
        } | told


Draw = dict[tuple[str, str], Played]  # method, seating


def played(names: Sequence[str], prepared: Prepared, test: Recording, most: int) -> Draw:
    """Methods that take k with 1 to `most` seats, with all, and until one answer is two ahead; and
    BEST with BASE seats. Raises MethodError for others, for BASE experts or fewer, and where there
    are only scores."""
    if test.is_scored or len(test.models) <= BASE:
        raise MethodError(
            f"--seats needs responses that can be voted on, of more than {BASE} experts"
        )
    found: Draw = {}
    for name in dict.fromkeys((*names, BEST)):
        numbers, ahead = (range(1, most + 1), range(BASE, most + 1)) if name in names else ([], [])
        of = list(seatings(sorted({BASE, *numbers}), ahead, len(test.models)))
        found |= {(name, one.name): many for one, many in _played(name, prepared, test, of)}
    return found


def _played(
    name: str, prepared: Prepared, test: Recording, of: Sequence[Seating]
) -> Iterator[tuple[Seating, Played]]:
    """Seats are taken in the order in which they are recruited."""
    if name not in WAYS or WAYS[name].recruiter.fills is not Fills.K:
        raise MethodError(f"{name} has no k, of which there could be more: leave it out")
    way, profile = WAYS[name], profile_of(WAYS[name], prepared)
    seats = recruited(way, prepared, test, max(one.k for one in of), 0, trimmed=False)
    votes = [ballot for ballot, _ in polled(way, prepared, test, seats)]
    for one in of:
        told = [one.play(profile, ballot, way.weigh) for ballot in votes]
        right = graded(test, [answer for _, answer in told])[test.graded]
        yield one, Played(right, np.array([float(len(seats)) for seats, _ in told])[test.graded])


def points(draws: Sequence[Draw]) -> list[Point]:
    """In the order in which they were played."""
    base = Seating(BASE).name
    of: dict[tuple[str, str], list[Played]] = defaultdict(list)
    for draw in draws:
        for key, one in draw.items():
            of[key].append(one)

    def over(key: tuple[str, str], other: tuple[str, str]) -> Mean:
        return mean_of([a.right - b.right for a, b in zip(of[key], of[other], strict=True)], 100)

    return [
        Point(
            *key,
            right=mean_of([one.right for one in many], 100),
            asked=float(np.mean([one.asked.mean() for one in many])),
            over_base=over(key, (key[0], base)),
            over_best=over(key, (BEST, base)),
        )
        for key, many in of.items()
    ]


def table(found: Sequence[Point]) -> Iterator[str]:
    """The lines of a table."""
    yield (
        f"{'method':<24}{'seats':<32}{'asked':>6}{'right':>16}"
        f"{f'over its {BASE}':>16}{f'over {BASE} best':>16}"
    )
    for point in found:
        cells = [f"{point.right.value:.2f} ± {point.right.error:.2f}"]
        for mean in (point.over_base, point.over_best):
            cells.append(f"{mean.value:+.2f} ± {mean.error:.2f}")
        yield f"{point.method:<24}{point.seating:<32}{point.asked:>6.2f}" + "".join(
            f"{cell:>16}" for cell in cells
        )
