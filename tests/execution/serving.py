"""One run on the fake engine, advanced in between."""

from gpu_worker.fake_engine import FakeEngine
from gpu_worker.loop import Loop
from webapp.execution.advance import advance_run
from webapp.queue import workers
from webapp.runs.models import Run


def serve(run: Run, engine: FakeEngine) -> Run:
    """Advance and visit until nothing is left to do, and read the run again."""

    def stopping() -> bool:
        advance_run(run.pk)
        return False

    with workers.registered_worker() as worker:
        Loop(worker, engine, stopping).run()
    advance_run(run.pk)
    run.refresh_from_db()
    return run
