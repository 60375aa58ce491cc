"""Visits as runs see them: which expert is loading, loaded, gone; and what a load costs."""

import os
import socket

from django.db import models, transaction
from django.db.models import F, Max
from django.db.models.functions import Coalesce
from django.utils import timezone

from webapp.experts.engines import VLLM
from webapp.experts.models import Expert
from webapp.queue import events
from webapp.queue.events import Notices
from webapp.queue.pace import token_rate
from webapp.runs.models import Event, Progress, Run, Visit, Worker


def start_visit(worker: Worker, expert: Expert, notices: Notices) -> Visit:
    """An expert begins to load."""
    visit = Visit.objects.create(worker=worker, expert=expert)
    _tell(visit, Event.Kind.LOADING, notices)
    return visit


def mark_loaded(visit: Visit, notices: Notices) -> None:
    """An expert is on the GPU, or its endpoint answers."""
    visit.loaded = timezone.now()
    visit.save(update_fields=["loaded"])
    seconds = (visit.loaded - visit.started).total_seconds()
    _same_checkpoint(visit).update(load_seconds=seconds)
    _tell(visit, Event.Kind.LOADED, notices)


def mark_sound(expert: int) -> None:
    """It writes what can be read: whatever was wrong with it before is over."""
    Expert.objects.filter(pk=expert).exclude(problem="").update(problem="")


def record_work(visit: Visit) -> None:
    """Keep what a visit has done so far, and the rate that the expert shows."""
    visit.save(update_fields=["busy_seconds", "generations", "tokens"])
    if rate := token_rate(visit.engine_key):
        _same_checkpoint(visit).update(tokens_per_second=rate)


def end_visit(visit: Visit, problem: str, notices: Notices) -> None:
    """An expert leaves the GPU."""
    visit.ended = timezone.now()
    visit.problem = problem
    visit.save(update_fields=["ended", "problem"])
    _tell(visit, Event.Kind.LEFT, notices)


def note_energy(joules: float) -> None:
    """That this process's GPUs have taken so much: it counts for the expert that is on them."""
    here = Visit.objects.filter(
        ended=None,
        worker__kind=Worker.Kind.GPU,
        worker__host=socket.gethostname(),
        worker__pid=os.getpid(),
    )
    here.update(joules=Coalesce(F("joules"), 0.0) + joules)


def has_served(expert: Expert) -> bool:
    """Whether it can be thought sound: it has answered before, and nothing is wrong with it."""
    served = Visit.objects.filter(engine_key=expert.engine_key, generations__gt=0)
    return not expert.problem and served.exists()


def loaded_before(worker: Worker, failed: Expert) -> list[Expert]:
    """Experts of other checkpoints that a worker's machine has loaded and that nothing is wrong
    with, the last first; over no more GPUs than the one that failed."""
    here = Visit.objects.filter(worker__host=worker.host, loaded__isnull=False)
    sound = Expert.objects.filter(
        engine=VLLM.name,
        problem="",
        tensor_parallel_size__lte=failed.tensor_parallel_size,
        visits__in=here,
    ).exclude(engine_key=failed.engine_key)
    return list(sound.annotate(last=Max("visits__loaded")).order_by("-last"))


def note_problem(visit: Visit, problem: str, expert: Expert | None = None) -> None:
    """Keep an expert, or all of a checkpoint, out of new runs until a load succeeds, as a try's."""
    whose = Expert.objects.filter(pk=expert.pk) if expert else _same_checkpoint(visit)
    whose.update(problem=problem)


def _same_checkpoint(visit: Visit) -> models.QuerySet[Expert]:
    return Expert.objects.filter(engine_key=visit.engine_key)


def _tell(visit: Visit, kind: Event.Kind, notices: Notices) -> None:
    """Write the visit into the story of every running run that has generations for it."""
    concerned = Progress.objects.filter(expert__engine_key=visit.engine_key)
    runs = Run.objects.filter(status=Run.Status.RUNNING, pk__in=concerned.values("run"))
    with transaction.atomic():
        for run_id in runs.order_by("pk").values_list("pk", flat=True):
            seq = events.append(
                run_id,
                kind,
                expert=visit.expert.name,
                problem=visit.problem,
                is_endpoint=visit.is_endpoint,
            )
            notices.add(run_id, seq)
