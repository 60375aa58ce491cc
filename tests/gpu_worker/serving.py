"""The visit loops on an engine, mostly the fake one, with runs advanced in between."""

import threading
import time

from gpu_worker.endpoint_loop import Endpoints
from gpu_worker.loop import Loop
from moe_core.engine import Checkpoint, Engine, Prompt
from webapp.execution.advance import advance_run
from webapp.queue import workers
from webapp.runs.models import Run


def write(checkpoint: Checkpoint, prompt: Prompt) -> str:
    """An annotator that knows one skill, experts that always say 42."""
    if "Keywords" in prompt.text:
        return "Keywords: addition, sums"
    return r"So \boxed{42}."


def serve(engine: Engine, stop_after: int | None = None) -> None:
    """Advance and visit until nothing is left to do."""
    polls = iter(range(10**9))

    def stopping() -> bool:
        for run_id in Run.objects.filter(status="running").values_list("pk", flat=True):
            advance_run(run_id)
        return stop_after is not None and next(polls) >= stop_after

    with workers.registered_worker() as worker:
        Loop(worker, engine, stopping).run()


def serve_endpoints(seconds: float = 60) -> None:
    """The same of runs over endpoints, until they have ended."""
    until = time.monotonic() + seconds

    def stopping() -> bool:
        if threading.current_thread() is threading.main_thread():
            for run_id in running.values_list("pk", flat=True):
                advance_run(run_id)
        return time.monotonic() > until

    running = Run.objects.filter(status="running")
    while running.exists():
        assert time.monotonic() < until, "the runs do not end"
        Endpoints(stopping).run()
