"""What subsets of a pool's experts cost: GPU hours as they were measured, and memory."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from moe_core.advice import Allows, Cost, Subset
from moe_core.contributions import Floats
from webapp.experts.memory.fits import fit
from webapp.experts.memory.places import SIZES, sold_as
from webapp.experts.memory.sources import shape_of
from webapp.experts.models import Expert
from webapp.experts.pool_memory import settings_of
from webapp.runs.models import ExpertCost

QUESTIONS = 1_000  # that hours are told of
PARTS = {"half": 2, "a quarter": 4}  # of what the whole pool takes of the GPU


@dataclass(frozen=True)
class Means:
    """By column. `seconds`: of the GPU for a generation, and for a load; None: never measured.
    `weights`: bytes; None: not known. `fits`: GPUs, by their GB, on which it loads."""

    seconds: Sequence[float | None]
    load_seconds: Sequence[float]
    weights: Sequence[int | None]
    fits: Sequence[frozenset[int]]

    def hours(self, subset: Subset, seats: Floats) -> float | None:
        """For QUESTIONS questions; `seats` (e): of one of them. None where one is not known."""
        total = 0.0
        for column in subset:
            seconds = self.seconds[column]
            if seconds is None:
                return None
            total += self.load_seconds[column] + QUESTIONS * float(seats[column]) * seconds
        return total / 3600

    def largest(self, subset: Subset) -> int | None:
        """Bytes of the largest weights; None where those of one are not known."""
        known = [self.weights[column] for column in subset]
        return max((w for w in known if w is not None), default=None) if None not in known else None

    def costs(self) -> dict[str, Cost]:
        """What budgets are of: loads, hours of the GPU for QUESTIONS questions, and GB of memory
        for the largest weights."""

        def gigabytes(subset: Subset, seats: Floats) -> float | None:
            largest = self.largest(subset)
            return None if largest is None else largest / 1e9

        return {
            "loads": lambda subset, seats: float(len(subset)),
            "hours": self.hours,
            "memory": gigabytes,
        }

    def limits(self, k: int) -> dict[str, Allows]:
        """By what they are called: GPUs that some but not all of the experts load on, and parts of
        what the whole pool would take."""
        found: dict[str, Allows] = {}
        for size in SIZES:
            loading = [size in of for of in self.fits]
            if any(loading) and not all(loading):
                found[f"a GPU of {size} GB"] = self._on_a_gpu_of(size)
        known = [seconds for seconds in self.seconds if seconds is not None]
        if len(known) == len(self.seconds) and known:
            seats = k * sum(known) / len(known)
            whole = (sum(self.load_seconds) + QUESTIONS * seats) / 3600
            for name, part in PARTS.items():
                title = f"{name} of the GPU time, {whole / part:.2g} h for {QUESTIONS:,} questions"
                found[title] = self._within(whole / part)
        return found

    def _on_a_gpu_of(self, size: int) -> Allows:
        return lambda subset, seats: all(size in self.fits[column] for column in subset)

    def _within(self, most: float) -> Allows:
        def allows(subset: Subset, seats: Floats) -> bool:
            hours = self.hours(subset, seats)
            return hours is not None and hours <= most

        return allows


def seconds_of(experts: Sequence[Expert]) -> dict[str, float]:
    """Expert's key → GPU seconds of a response; empty where one of them was never measured."""
    measured = _measured(experts)
    known = {str(expert.pk): measured[expert.pk][0] for expert in experts if expert.pk in measured}
    return known if len(known) == len(experts) else {}


def means_of(experts: Sequence[Expert]) -> Means:
    """As far as they are known: times as the newest runs had them, sizes without loading."""
    measured = _measured(experts)
    shapes = [shape_of(expert.source, expert.revision) for expert in experts]
    return Means(
        seconds=[measured[e.pk][0] if e.pk in measured else None for e in experts],
        load_seconds=[measured[e.pk][1] if e.pk in measured else 0.0 for e in experts],
        weights=[shape.weight_bytes() if shape else None for shape in shapes],
        fits=[
            frozenset(
                size
                for size in SIZES
                if shape and fit(shape, sold_as(size), settings_of(expert)).verdict.loads
            )
            for expert, shape in zip(experts, shapes, strict=True)
        ],
    )


def _measured(experts: Sequence[Expert]) -> Mapping[int, tuple[float, float]]:
    """Expert → seconds of a generation and of a load, in the newest run that asked it."""
    rows = ExpertCost.objects.filter(expert__in=experts, generations__gt=0, is_endpoint=False)
    newest = rows.order_by("expert_id", "-cost__ended").distinct("expert_id")
    return {
        row.expert_id: (row.generating_seconds / row.generations, row.loading_seconds)
        for row in newest
    }
