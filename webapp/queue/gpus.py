"""The GPUs that experts run on, wherever their workers are: what each last said of itself."""

import os
import socket
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta

from django.utils import timezone

from webapp.machine.build import is_cuda
from webapp.machine.gpus import Gpu, gpus
from webapp.machine.memory import all_memory
from webapp.runs.models import GpuReading

FRESH = timedelta(seconds=20)  # after which a GPU is not shown any more as it was
FORGOTTEN = timedelta(days=7)  # after which it counts no more as one that experts run on


@dataclass(frozen=True)
class KnownGpu:
    """A GPU and its machine."""

    gpu: Gpu
    host: str
    pid: int  # of the gpu worker that may use it
    host_bytes: int  # the machine's memory
    is_fresh: bool  # what it says of itself is of just now


@dataclass(frozen=True)
class WorkerMachine:
    """What one gpu worker has for its experts."""

    gpus: Sequence[Gpu]
    host_bytes: int  # the machine's memory


def keep_readings(found: Iterable[Gpu]) -> None:
    """Write what this machine's GPUs say."""
    host, host_bytes, now = socket.gethostname(), all_memory(), timezone.now()
    GpuReading.objects.bulk_create(
        [
            GpuReading(
                uuid=gpu.uuid,
                host=host,
                pid=os.getpid(),
                gpu=asdict(gpu),
                host_bytes=host_bytes,
                read=now,
            )
            for gpu in found
            if gpu.uuid
        ],
        update_conflicts=True,
        unique_fields=["uuid"],
        update_fields=["host", "pid", "gpu", "host_bytes", "read"],
    )
    GpuReading.objects.filter(read__lt=now - FORGOTTEN).delete()


def known_gpus() -> list[KnownGpu]:
    """Machine by machine; none where experts run on CPUs."""
    now = timezone.now()
    return [
        KnownGpu(_gpu(row.gpu), row.host, row.pid, row.host_bytes, now - row.read < FRESH)
        for row in GpuReading.objects.all()
    ]


def worker_machine() -> WorkerMachine:
    """That of the gpu worker that has most memory, of all that were heard of; else this one."""
    found: dict[tuple[str, int], list[KnownGpu]] = defaultdict(list)
    for known in known_gpus():
        found[known.host, known.pid].append(known)
    if not found:
        return WorkerMachine(gpus() if is_cuda() else [], all_memory())
    most = max(found.values(), key=lambda those: sum(known.gpu.total_bytes for known in those))
    return WorkerMachine([known.gpu for known in most], most[0].host_bytes)


def _gpu(stored: dict[str, object]) -> Gpu:
    capability = stored["capability"]
    pair = tuple(capability) if isinstance(capability, list) else None
    return Gpu(**{**stored, "capability": pair})  # type: ignore[arg-type]
