"""How an expert runs on a CPU. The gpu worker runs it so, and every face says so."""

from dataclasses import dataclass

from webapp.experts.memory import engine
from webapp.experts.memory.fits import Settings, gigabytes
from webapp.experts.memory.formats import has_room, is_native, number_format
from webapp.experts.memory.places import Host
from webapp.experts.memory.shapes import Shape

SMALL = 20_000_000  # parameters: below, a second thread has nothing to do
FEW = 2  # cores, of which none is left to the rest of the product


@dataclass(frozen=True)
class OnCpu:
    """What an engine is told, and why."""

    dtype: str
    why: str
    threads: int
    cache_bytes: int

    @property
    def sentence(self) -> str:
        threads = f"{self.threads} thread{'' if self.threads == 1 else 's'}"
        return (
            f"computes in {self.dtype}, {self.why}; {threads}, {gigabytes(self.cache_bytes)} of"
            " cache"
        )


def on_cpu(shape: Shape, host: Host, settings: Settings) -> OnCpu:
    dtype = number_format(shape, host, settings.dtype, settings.quantization)
    way = engine.Way(dtype, gpus=settings.gpus, context=settings.max_model_len or 0)
    return OnCpu(
        dtype,
        _why(shape, host, settings, dtype),
        threads(shape, host),
        max(engine.CPU_LEAST, engine.room(shape, host, way)),
    )


def threads(shape: Shape | None, host: Host) -> int:
    """All cores but one, of two both. One that waits sleeps (OMP_WAIT_POLICY), so that it takes
    little from others; and what the operator has set is taken as it is.
    """
    if host.threads:
        return host.threads
    if shape and shape.parameters < SMALL:
        return 1
    return host.cores if host.cores <= FEW else host.cores - 1


def _why(shape: Shape, host: Host, settings: Settings, dtype: str) -> str:
    if settings.dtype != "auto":
        return "as it is set"
    if shape.quantization or settings.quantization:
        return "because its weights are packed"
    if dtype == "float32":
        files = "as in its files" if shape.dtype == "float32" else ""
        return files or f"because this CPU has no {shape.dtype} of its own"
    if is_native(shape, host):
        return "as in its files"
    if not has_room(shape, host):
        size = gigabytes(shape.weight_bytes("float32"))
        return f"because in float32 its weights take {size}, more than half of the memory"
    raise AssertionError(dtype)
