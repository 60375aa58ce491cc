"""Previews: the routing of a run that is not started, asked for and found."""

import logging
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.utils import timezone

from webapp.accounts.models import Team, User
from webapp.db.errors import PASSING
from webapp.execution.errors import RunRefused
from webapp.execution.settings import chosen_again
from webapp.execution.start import draft_run
from webapp.planning import routing
from webapp.queue import events, work
from webapp.runs.models import Preview, Run

logger = logging.getLogger(__name__)

TASK = "runs.preview"
WORK = "preview"  # in units of questions
KEPT = timedelta(days=1)
LATE = timedelta(seconds=10)  # after which its message counts as lost


def ask(team: Team, user: User, settings: Mapping[str, Any], run: Run) -> Preview:
    """The preview of a run that these settings would start; one that still holds is taken again."""
    told = {"team": team, "settings": dict(settings), "basis": _basis(run)}
    recent = Preview.objects.filter(created__gt=timezone.now() - KEPT, problem="", **told)
    if there := recent.first():
        return there
    made = Preview.objects.create(created_by=user, **told)
    events.wake(TASK, made.pk)
    return made


def _basis(run: Run) -> dict[str, Any]:
    """What the settings came down to: where this has changed, so may the routing have."""
    counted = run.profile.runs.filter(kind=Run.Kind.PROFILE).first() if run.profile else None
    annotated = routing.annotated_before(run)
    return {
        "questions": run.questions,
        "experts": [expert.pk for expert in run.experts()],
        "annotator": run.pool.annotator_id if run.pool else None,
        "annotated": annotated,
        "annotated_seq": _moved(annotated),
        "aggregator": run.aggregator_id,
        "profile": run.profile_id,
        "counted": counted.event_seq if counted else 0,  # moves when it is graded again
    }


def _moved(run: int | None) -> int:
    """How far a run has come: it is retried, for example."""
    return Run.objects.values_list("event_seq", flat=True).get(pk=run) if run else 0


def waiting() -> list[int]:
    """Those whose message was lost."""
    late = Preview.objects.filter(ready=False, created__lt=timezone.now() - LATE)
    return list(late.order_by("pk").values_list("pk", flat=True))


def find(preview_id: int) -> bool:
    """Find a preview's routing, or embed what it reads first; whether to call again at once."""
    Preview.objects.filter(created__lt=timezone.now() - KEPT).delete()
    preview = Preview.objects.filter(pk=preview_id, ready=False).select_related("team").first()
    if preview is None:
        return False
    try:
        with work.measured(WORK) as units:
            found = routing.foresee(_drafted(preview), preview.basis["annotated"])
            if isinstance(found, int):
                return found > 0
            units.append(found["sampled"])
        preview.found = dict(found)
    except PASSING:
        raise
    except RunRefused as refused:
        preview.problem = str(refused)
    except Exception as error:
        logger.exception("preview %s cannot be found", preview_id)
        preview.problem = f"The routing could not be found: {type(error).__name__}: {error}"
    preview.ready = True
    preview.save(update_fields=["ready", "found", "problem"])
    return False


def seconds_left(preview: Preview) -> float | None:
    """What finding it takes on this machine; None where that was never measured, or where what was
    chosen can be chosen no more."""
    try:
        run = _drafted(preview)
    except RunRefused:
        return None
    missing = routing.missing_vectors(run, preview.basis["annotated"])
    drawing = work.expected(WORK, min(run.questions, routing.SAMPLE))
    embedding = work.expected(work.EMBEDDING, missing)
    return None if drawing is None or embedding is None else drawing + embedding


def _drafted(preview: Preview) -> Run:
    """Raises RunRefused where what was chosen can be chosen no more."""
    return draft_run(preview.team, None, **chosen_again(preview.team, preview.settings))
