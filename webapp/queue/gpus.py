"""The GPUs that experts run on, wherever their workers are: what each last said of itself."""

import socket
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import timedelta

import psutil
from django.utils import timezone

from webapp.machine.gpus import Gpu, gpus
from webapp.runs.models import GpuReading

FRESH = timedelta(seconds=20)  # after which a GPU is not shown any more as it was
FORGOTTEN = timedelta(days=7)  # after which it counts no more as one that experts run on


@dataclass(frozen=True)
class KnownGpu:
    """A GPU and its machine."""

    gpu: Gpu
    host: str
    host_bytes: int  # the machine's memory
    is_fresh: bool  # what it says of itself is of just now


def keep_readings(found: Iterable[Gpu]) -> None:
    """Write what this machine's GPUs say."""
    host, host_bytes, now = socket.gethostname(), psutil.virtual_memory().total, timezone.now()
    GpuReading.objects.bulk_create(
        [
            GpuReading(uuid=gpu.uuid, host=host, gpu=asdict(gpu), host_bytes=host_bytes, read=now)
            for gpu in found
            if gpu.uuid
        ],
        update_conflicts=True,
        unique_fields=["uuid"],
        update_fields=["host", "gpu", "host_bytes", "read"],
    )
    GpuReading.objects.filter(read__lt=now - FORGOTTEN).delete()


def known_gpus() -> list[KnownGpu]:
    """Machine by machine; none where experts run on CPUs."""
    now = timezone.now()
    return [
        KnownGpu(_gpu(row.gpu), row.host, row.host_bytes, now - row.read < FRESH)
        for row in GpuReading.objects.all()
    ]


def worker_gpus() -> list[Gpu]:
    """Those of one machine that experts run on: of the one heard of last, or else of this one."""
    newest = GpuReading.objects.order_by("-read").first()
    if newest is None:
        return gpus()
    return [known.gpu for known in known_gpus() if known.host == newest.host]


def _gpu(stored: dict[str, object]) -> Gpu:
    capability = stored["capability"]
    pair = tuple(capability) if isinstance(capability, list) else None
    return Gpu(**{**stored, "capability": pair})  # type: ignore[arg-type]
