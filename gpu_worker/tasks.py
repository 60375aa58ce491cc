"""The Celery tasks that wake the visit loops: the GPU's, and those of endpoints."""

import threading
from importlib import import_module
from typing import Any

from celery import shared_task
from celery.signals import worker_ready, worker_shutting_down

from gpu_worker.endpoint_loop import Endpoints
from gpu_worker.engines import Engines, prepare, yield_to_engines
from gpu_worker.loop import Loop
from gpu_worker.watch import watch
from webapp.queue import pulses, workers
from webapp.queue.backlog import backlog
from webapp.runs.models import Worker

_stopping = threading.Event()


@worker_ready.connect
def _prepare(sender: Any, **_: Any) -> None:
    """Have what takes seconds imported beforehand: vllm, by the process that forks engines, or the
    package that asks endpoints."""
    if "gpu" in sender.app.amqp.queues.consume_from:
        prepare()
        watch(_stopping)
        yield_to_engines()
    if "endpoints" in sender.app.amqp.queues.consume_from:
        import_module("gpu_worker.openai_engine")


@worker_shutting_down.connect
def _stop(**_: Any) -> None:
    """SIGTERM: running visits commit what is finished and hand the rest back."""
    _stopping.set()


def must_stop() -> bool:
    """Asked in every round of a visit: whoever asks is not stuck."""
    pulses.mine.beat()
    return _stopping.is_set()


@shared_task(name="gpu.visit")
def visit() -> None:
    """Serve the GPU's queue until nothing waits. Any number of wake-ups does no harm."""
    workers.take_back()  # a dead worker's claims wait again
    if not backlog(Worker.Kind.GPU):
        return
    with workers.registered_worker() as worker:
        Loop(worker, Engines(must_stop), must_stop).run()


@shared_task(name="endpoints.visit")
def visit_endpoints() -> None:
    """The same of what waits for endpoints."""
    Endpoints(must_stop).run()
