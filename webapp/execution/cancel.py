"""Ending a run before it is done."""

from django.db import transaction
from django.utils import timezone

from webapp.audit.actions import Action
from webapp.audit.recording import record
from webapp.execution.standing import stand
from webapp.queue import claims, events
from webapp.runs.models import Event, Run


def cancel(run: Run) -> None:
    """Stop a run: what waits is dropped, what is being generated is aborted within seconds."""
    with transaction.atomic():
        ended = Run.objects.filter(pk=run.pk, status=Run.Status.RUNNING).update(
            status=Run.Status.CANCELLED, ended=timezone.now()
        )
        if not ended:
            return
        record(Action.RUN_CANCELLED, run, finished=run.finished, questions=run.questions)
    # From here on nothing new is asked for in this run, so that this drops all there is.
    with transaction.atomic():
        claims.drop_waiting(run)
        claims.stop_writing(run)
        stand(run)
        seq = events.append(run.pk, Event.Kind.CANCELLED)
    events.notify({run.pk: seq})
