"""The NVIDIA GPUs of this machine, as their driver (NVML) sees them: nothing initialises CUDA."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import psutil
import pynvml


@dataclass(frozen=True)
class Gpu:
    """One GPU just now. None: the driver does not say."""

    index: int  # the driver's own count
    name: str
    total_bytes: int
    used_bytes: int
    capability: tuple[int, int] | None  # compute capability, such as (9, 0)
    use_percent: int | None = None
    celsius: int | None = None
    watts: float | None = None
    uuid: str = ""

    @property
    def free_bytes(self) -> int:
        return self.total_bytes - self.used_bytes


@dataclass(frozen=True)
class Holder:
    """A process that holds memory of a GPU. In containers those of others are not told."""

    pid: int
    name: str
    used_bytes: int


def gpus() -> list[Gpu]:
    """Those that this process may use (CUDA_VISIBLE_DEVICES); none where no driver answers."""
    with _nvml() as is_there:
        found = [_known(_gpu, handle) for handle in _handles()] if is_there else []
    return [gpu for gpu in found if gpu is not None]


def driver_version() -> str:
    """Such as 580.65.06; empty where no driver answers."""
    with _nvml() as is_there:
        return _text(_known(pynvml.nvmlSystemGetDriverVersion) or "") if is_there else ""


def holders() -> list[Holder]:
    """Whoever holds memory of the GPUs that this process may use, the most first."""
    with _nvml() as is_there:
        found = [one for handle in _handles() for one in _holders(handle)] if is_there else []
    return sorted(found, key=lambda one: -one.used_bytes)


@contextmanager
def _nvml() -> Iterator[bool]:
    """Whether a driver answers. Opened anew each time: a driver may be updated under us."""
    try:
        pynvml.nvmlInit()
    except (pynvml.NVMLError, OSError):
        yield False
        return
    try:
        yield True
    finally:
        with suppress(pynvml.NVMLError):
            pynvml.nvmlShutdown()


def _handles() -> list[Any]:
    """Those that CUDA_VISIBLE_DEVICES names, by number or by the beginning of their UUID.

    A GPU that has fallen off its bus is not there.
    """
    numbers = range(_known(pynvml.nvmlDeviceGetCount) or 0)
    every = [_known(pynvml.nvmlDeviceGetHandleByIndex, number) for number in numbers]
    chosen = os.environ.get("CUDA_VISIBLE_DEVICES")
    found = every if chosen is None else []
    for one in filter(None, (part.strip() for part in (chosen or "").split(","))):
        if one.isdigit():
            found += every[int(one) : int(one) + 1]
        elif one.startswith("MIG-"):  # a part of a GPU
            found.append(_known(pynvml.nvmlDeviceGetHandleByUUID, one))
        else:
            found += [handle for handle in every if _uuid(handle).startswith(one)]
    return [handle for handle in found if handle is not None]


def _uuid(handle: Any) -> str:
    return _text(_known(pynvml.nvmlDeviceGetUUID, handle) or "")


def _gpu(handle: Any) -> Gpu:
    total, used = _memory(handle)
    rates = _known(pynvml.nvmlDeviceGetUtilizationRates, handle)
    power = _known(pynvml.nvmlDeviceGetPowerUsage, handle)  # milliwatts; a part of a GPU has none
    return Gpu(
        index=_known(pynvml.nvmlDeviceGetIndex, handle) or 0,
        name=_text(_known(pynvml.nvmlDeviceGetName, handle) or "an NVIDIA GPU"),
        total_bytes=total,
        used_bytes=used,
        capability=_known(pynvml.nvmlDeviceGetCudaComputeCapability, handle),
        use_percent=None if rates is None else int(rates.gpu),
        celsius=_known(pynvml.nvmlDeviceGetTemperature, handle, pynvml.NVML_TEMPERATURE_GPU),
        watts=None if power is None else power / 1000,
        uuid=_uuid(handle),
    )


def _memory(handle: Any) -> tuple[int, int]:
    """Total and used bytes; of a GPU that shares the host's memory, the host's."""
    memory = _known(pynvml.nvmlDeviceGetMemoryInfo, handle)
    if memory is not None:
        return int(memory.total), int(memory.used)
    host = psutil.virtual_memory()
    return host.total, host.total - host.available


def _holders(handle: Any) -> list[Holder]:
    processes = _known(pynvml.nvmlDeviceGetComputeRunningProcesses, handle) or []
    return [Holder(p.pid, _process_name(p.pid), int(p.usedGpuMemory or 0)) for p in processes]


def _process_name(pid: int) -> str:
    try:
        return psutil.Process(pid).name()
    except psutil.Error:  # of another container, or ended just now
        return "a process"


def _known(ask: Any, *arguments: Any) -> Any:
    """What the driver says, None where it does not support the question."""
    try:
        return ask(*arguments)
    except pynvml.NVMLError:
        return None


def _text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else value
