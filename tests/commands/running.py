"""Running the product's commands in tests, with the workers' part done here."""

from concurrent.futures import Future, ThreadPoolExecutor
from io import StringIO

from django.core.management import call_command
from django.db import connection

from gpu_worker.fake_engine import FakeEngine
from gpu_worker.loop import Loop
from moe_core.engine import Checkpoint, Prompt
from webapp.execution.advance import advance_run
from webapp.experts.models import Expert
from webapp.queue import workers
from webapp.runs.models import Run


def manage(*args: object) -> str:
    """What a command prints, its complaints included."""
    out = StringIO()
    call_command(*map(str, args), stdout=out, stderr=out)
    return out.getvalue()


def write(checkpoint: Checkpoint, prompt: Prompt) -> str:
    if "Keywords" in prompt.text:
        return "Keywords: addition"
    return r"So \boxed{42}."


def manage_with_workers(engine: FakeEngine, *args: object) -> str:
    """Run a command that waits, and serve the queue until it has ended."""

    def command() -> str:
        try:
            return manage(*args)
        finally:
            connection.close()  # this thread's own

    with ThreadPoolExecutor(1) as pool:
        future: Future[str] = pool.submit(command)
        while not future.done():
            _serve(engine)
    return future.result()


def _serve(engine: FakeEngine) -> None:
    def stopping() -> bool:
        for run_id in Run.objects.filter(status="running").values_list("pk", flat=True):
            advance_run(run_id)
        return False

    with workers.registered_worker() as worker:
        Loop(worker, engine, stopping).run()


def an_expert(name: str) -> Expert:
    """One from the hub: what the fake engine loads need not be on this machine."""
    return Expert.objects.create(name=name, source=f"somebody/{name}")
