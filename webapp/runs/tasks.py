"""The CPU work of runs, done by the `default` worker."""

import threading
from typing import Any

from celery import shared_task
from celery.signals import worker_process_init

from webapp.runs.advance import advance_run
from webapp.runs.models import Run


@shared_task(name="runs.advance")
def advance(run_id: int) -> None:
    """Move a run on as far as it goes without the GPU."""
    advance_run(run_id)


@shared_task(name="runs.advance_all")
def advance_all() -> None:
    """The same for every running run: the beat's answer to lost messages."""
    for run_id in Run.objects.filter(status=Run.Status.RUNNING).values_list("pk", flat=True):
        advance_run(run_id)


@worker_process_init.connect
def load_the_embedder(**_: Any) -> None:
    """Load the embedder beside the first tasks: the first recruiting need not wait for it."""
    from moe_core.embedder import embed

    threading.Thread(target=embed, args=[["skill"]], daemon=True).start()
