"""What the GPUs of this machine say of themselves, written down every few seconds for the pages."""

import logging
import time
from collections.abc import Sequence
from threading import Event, Thread

from django.db import connection

from webapp.machine.build import is_cuda
from webapp.machine.gpus import Gpu, gpus
from webapp.queue.gpus import keep_readings
from webapp.queue.visits import note_energy

logger = logging.getLogger(__name__)

SECONDS = 5.0  # between readings


def watch(stopping: Event) -> Thread | None:
    """In a thread, for loads block the worker; None where experts run on CPUs."""
    if not is_cuda():
        return None
    thread = Thread(target=_keep_reading, args=(stopping,), daemon=True)
    thread.start()
    return thread


def total_watts(found: Sequence[Gpu]) -> float | None:
    """What these GPUs take together; None where the driver does not say it of each."""
    told = [gpu.watts for gpu in found if gpu.watts is not None]
    return sum(told) if told and len(told) == len(found) else None


def _keep_reading(stopping: Event) -> None:
    last = time.monotonic()
    while not stopping.wait(SECONDS):
        now = time.monotonic()
        try:
            found = gpus()
            keep_readings(found)
            if (watts := total_watts(found)) is not None:
                note_energy(watts * (now - last))
            last = now
        except Exception as error:  # the database is away, or a driver that says odd things
            logger.info("the GPUs' readings are not written: %s", error)
            connection.close()
    connection.close()
