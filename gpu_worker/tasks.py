"""The Celery task that wakes the visit loop."""

import threading
from typing import Any

from celery import shared_task
from celery.signals import worker_ready, worker_shutting_down

from gpu_worker.engines import Engines, prepare, yield_to_engines
from gpu_worker.loop import Loop
from gpu_worker.watch import watch
from webapp.queue import workers
from webapp.queue.backlog import something_waits

_stopping = threading.Event()


@worker_ready.connect
def _prepare(sender: Any, **_: Any) -> None:
    """Have the process that forks engines import vllm, which takes seconds, beforehand."""
    if "gpu" in sender.app.amqp.queues.consume_from:
        prepare()
        watch(_stopping)
        yield_to_engines()


@worker_shutting_down.connect
def _stop(**_: Any) -> None:
    """SIGTERM: the running visit commits what is finished and hands the rest back."""
    _stopping.set()


@shared_task(name="gpu.visit")
def visit() -> None:
    """Serve the queue until nothing waits. Any number of wake-ups does no harm."""
    workers.take_back()  # what a dead worker had claimed may be all there is
    if not something_waits():
        return
    with workers.registered_worker() as worker:
        Loop(worker, Engines(_stopping.is_set), _stopping.is_set).run()
