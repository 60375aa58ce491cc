"""Visits of the GPU for a run, at times that a test chooses."""

from datetime import datetime, timedelta

from django.utils import timezone

from gpu_worker.fake_engine import FakeEngine
from moe_core.engine import Checkpoint, Prompt
from tests.conftest import demo_expert
from tests.execution import serving
from webapp.runs.models import Generation, Run, Visit, Worker


def write(checkpoint: Checkpoint, prompt: Prompt) -> str:
    return r"So \boxed{14}."


def serve(run: Run, engine: FakeEngine | None = None) -> Run:
    return serving.serve(run, engine or FakeEngine(write))


def began(run: Run, seconds: float) -> Run:
    """As if it had been submitted so many seconds ago."""
    run.created = timezone.now() - timedelta(seconds=seconds)
    run.save(update_fields=["created"])
    return run


def visit_of(
    run: Run, worker: Worker, times: tuple[float, float, float], name: str = "tiny-01"
) -> Visit:
    """It began, was loaded and ended so many seconds after the run began."""
    started, loaded, ended = (run.created + timedelta(seconds=of) for of in times)
    visit = Visit.objects.create(worker=worker, expert=demo_expert(name))
    Visit.objects.filter(pk=visit.pk).update(started=started, loaded=loaded, ended=ended)
    visit.refresh_from_db()
    return visit


def served(visit: Visit, generations: list[Generation], asked: datetime, back: datetime) -> None:
    Generation.objects.filter(pk__in=[g.pk for g in generations]).update(
        visit=visit, status="done", created=asked, finished=back, tokens=30
    )
