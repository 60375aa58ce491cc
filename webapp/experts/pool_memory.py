"""What a pool's experts take of this machine's memory, and of GPUs that it might have."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.conf import settings

from webapp.experts.engines import VLLM
from webapp.experts.memory import GB
from webapp.experts.memory.fits import Fit, Settings, Verdict, fit, gigabytes
from webapp.experts.memory.on_cpu import OnCpu, on_cpu
from webapp.experts.memory.places import SIZES, Card, Host, Place, sold_as
from webapp.experts.memory.shapes import Shape
from webapp.experts.memory.sleepers import sleepers_of
from webapp.experts.memory.sources import shape_of
from webapp.experts.memory.table import per_thousand
from webapp.experts.models import Expert, Pool
from webapp.experts.own_host import own_host
from webapp.machine.build import is_cuda
from webapp.machine.gpus import Gpu


@dataclass(frozen=True)
class ExpertMemory:
    """One expert: what it takes, and what happens on each place."""

    expert: Expert
    shape: Shape | None  # None: its files are not here, and its sizes not among the published
    fits: tuple[Fit, ...]
    on_cpu: OnCpu | None = None  # how it runs here, where that is on a CPU

    @property
    def here(self) -> Fit:
        return self.fits[0]

    @property
    def told(self) -> str:
        """What happens on this machine."""
        return (
            f"{self.here.sentence}; {self.on_cpu.sentence}" if self.on_cpu else self.here.sentence
        )

    @property
    def elsewhere(self) -> tuple[Fit, ...]:
        return self.fits[1:]

    @property
    def weights(self) -> str:
        """On each GPU."""
        return gigabytes(self.here.weight_bytes or self.shape.weight_bytes()) if self.shape else ""

    @property
    def cache(self) -> str:
        """Of 1,000 tokens."""
        return per_thousand(self.here.token_bytes) if self.shape else ""


@dataclass(frozen=True)
class PoolMemory:
    """The places are this machine and, where it has no GPU, GPUs as they are sold."""

    places: tuple[Place, ...]
    rows: tuple[ExpertMemory, ...]
    sleep_bytes: int  # of host memory, for weights of experts that sleep
    half_bytes: int  # of the host's memory
    sleepers: int  # experts that may sleep while another is loaded
    could_sleep: int  # if half of the host's memory were given to them

    @property
    def here(self) -> str:
        return self.places[0].name

    @property
    def all_fit(self) -> bool:
        """With all that they were made for: there is nothing to read in their table."""
        return all(row.here.verdict is Verdict.FITS for row in self.rows)

    @property
    def others(self) -> tuple[Place, ...]:
        return self.places[1:]

    @property
    def about_sleepers(self) -> str:
        known = sum(1 for row in self.rows if row.shape)
        if isinstance(self.places[0], Host) or known < 2:
            return ""
        if not self.sleep_bytes:
            half = self.half_bytes // GB
            return (
                "No expert sleeps: each comes back by a load. With"
                f" SKILLMOE_SLEEP_GB={half}, half of the machine's memory,"
                f" {self.could_sleep or 'none'} could sleep while another is loaded, and come back"
                " by a copy."
            )
        if not self.sleepers:
            return "No expert can sleep while another is loaded: each comes back by a load."
        room = f"{gigabytes(self.sleep_bytes)} of host memory for weights"
        if self.sleepers >= known - 1:
            return f"While one is loaded, all others can sleep ({room}): they come back by a copy."
        return (
            f"While one is loaded, {self.sleepers} of the others can sleep ({room}) and come back"
            " by a copy; the rest are loaded anew."
        )


def memory_of(pool: Pool, found: Sequence[Gpu], host_bytes: int) -> PoolMemory:
    """Of the pool's experts that vLLM runs, its annotator and aggregators among them, on GPUs."""
    experts = [*pool.experts.all(), *pool.aggregators.all(), pool.annotator]
    return memory_of_experts(experts, found, host_bytes)


def memory_of_experts(
    experts: Iterable[Expert | None], found: Sequence[Gpu], host_bytes: int
) -> PoolMemory:
    """Each once, by name, on the GPUs that were found and in a host of so much memory."""
    live = {e.pk: e for e in experts if e is not None and e.engine == VLLM.name}
    places = _places(found)
    rows = tuple(
        _row(expert, places) for expert in sorted(live.values(), key=lambda expert: expert.name)
    )
    budget = int(settings.SLEEP_GB * GB)
    shapes = [row.shape for row in rows if row.shape]
    total = places[0].total_bytes if isinstance(places[0], Card) else 0
    half = host_bytes // 2
    sleepers = [sleepers_of(shapes, size, total) for size in (budget, half)]
    return PoolMemory(places, rows, budget, half, *sleepers)


def settings_of(expert: Expert) -> Settings:
    return Settings(
        max_model_len=expert.max_model_len,
        dtype=expert.dtype,
        quantization=expert.quantization,
        gpus=expert.tensor_parallel_size,
        max_new_tokens=expert.max_new_tokens,
    )


def _row(expert: Expert, places: tuple[Place, ...]) -> ExpertMemory:
    shape = shape_of(expert.source, expert.revision)
    how = settings_of(expert)
    return ExpertMemory(
        expert,
        shape,
        tuple(fit(shape, place, how) for place in places),
        _on_cpu(shape, places[0], how),
    )


def _on_cpu(shape: Shape | None, place: Place, how: Settings) -> OnCpu | None:
    """Where it loads there, and where CPUs are what experts run on here."""
    if shape is None or is_cuda() or not isinstance(place, Host):
        return None
    return on_cpu(shape, place, how) if fit(shape, place, how).verdict.loads else None


def _places(found: Sequence[Gpu]) -> tuple[Place, ...]:
    if found:
        first = found[0]
        sleeping = settings.SLEEP_GB > 0
        return (Card(first.name, first.total_bytes, first.capability, len(found), sleeping),)
    return (own_host(), *map(sold_as, SIZES))
