"""What the GPUs of this machine say of themselves, written down every few seconds for the pages."""

import logging
from threading import Event, Thread

from django.db import connection

from webapp.machine.build import is_cuda
from webapp.machine.gpus import gpus
from webapp.queue.gpus import keep_readings

logger = logging.getLogger(__name__)

SECONDS = 5.0  # between readings


def watch(stopping: Event) -> Thread | None:
    """In a thread, for loads block the worker; None where experts run on CPUs."""
    if not is_cuda():
        return None
    thread = Thread(target=_keep_reading, args=(stopping,), daemon=True)
    thread.start()
    return thread


def _keep_reading(stopping: Event) -> None:
    while not stopping.wait(SECONDS):
        try:
            keep_readings(gpus())
        except Exception as error:  # the database is away, or a driver that says odd things
            logger.info("the GPUs' readings are not written: %s", error)
            connection.close()
    connection.close()
