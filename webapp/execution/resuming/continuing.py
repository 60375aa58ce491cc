"""Going on with a run that was ended before all was asked, from where it stopped.

Its unfinished questions begin anew, and find again what is there: only the rest is asked for. Seats
are drawn with the run's seed, so that they are the same. So do questions of which grading again has
found that a seat that was not asked could change the answer.
"""

from django.db import transaction

from moe_core.stopping import ALL
from webapp.audit.actions import Action
from webapp.audit.recording import record
from webapp.execution.errors import RunRefused
from webapp.execution.grading.regrade_requests import not_graded
from webapp.execution.limits import take_place
from webapp.execution.standing import count_finished
from webapp.experts.models import Expert
from webapp.queue import events
from webapp.runs.models import Answer, Event, Generation, Run


class ContinuingRefused(RunRefused):
    """There is nothing to go on with; the message says why and what to do."""


def check(run: Run) -> None:
    """Raises ContinuingRefused."""
    if run.kind == Run.Kind.TRY:
        raise ContinuingRefused("Try the expert again on its page.")
    if run.status == Run.Status.RUNNING:
        raise ContinuingRefused(f"{run} is still running.")
    if problem := not_graded(run):
        raise ContinuingRefused(problem)
    if not is_unfinished(run):
        raise ContinuingRefused(f"{run} has come to its end: there is nothing to go on with.")
    if run.generations.filter(status__in=Generation.UNENDED).exists():
        raise ContinuingRefused(f"{run} is just being stopped: continue it in some seconds.")
    for expert in _asked(run):
        if problem := expert.missing() or expert.problem:
            raise ContinuingRefused(f"{expert} cannot be used: {problem} (Put it right, try it.)")
    if run.kind == Run.Kind.RANK and run.profile is not None:
        others = run.profile.runs.filter(kind=Run.Kind.RANK, status=Run.Status.RUNNING)
        if run.profile.ranked or others.exists():
            raise ContinuingRefused("The profile's aggregators were ranked by another run since.")


def _asked(run: Run) -> list[Expert]:
    """Who may be asked for what is left."""
    if run.pool is None:
        return []
    if run.kind == Run.Kind.RANK:
        return run.pool.candidates()
    annotator = run.pool.annotator if run.kind == Run.Kind.PROFILE or run.reads_skills else None
    return [*run.experts(), *filter(None, (annotator, run.aggregator))]


def is_unfinished(run: Run) -> bool:
    """Whether it was cancelled, or failed before all of its questions came to their end, or has
    seats that are to be asked after all."""
    failed = run.status == Run.Status.FAILED and run.finished < run.questions
    ended = failed or run.status == Run.Status.CANCELLED
    return run.kind != Run.Kind.TRY and (ended or seats_due(run) > 0)


def seats_due(run: Run) -> int:
    """Questions of a run that has ended in which a seat could change the answer, since it was
    graded again."""
    if run.stopping == ALL.name or run.status == Run.Status.RUNNING:
        return 0
    return Answer.objects.filter(run=run, seats_due=True).count()


@transaction.atomic
def continue_run(run: Run) -> int:
    """Have it go on; returns how many questions are left. Raises ContinuingRefused."""
    # Locked first, as by grading again, so that the two never work on a run at once.
    run.refresh_from_db(from_queryset=Run.objects.select_for_update())
    check(run)
    take_place(run.created_by)
    Run.objects.filter(pk=run.pk).update(status=Run.Status.RUNNING, ended=None, problem="")
    # Also those that a retry had opened again, and that wait for what was dropped since.
    begun = Answer.objects.filter(run=run).exclude(asked=True, stage=None, seats_due=False)
    # What was too costly to compare is not compared again by itself.
    begun.exclude(comparison=Answer.Comparison.COSTLY).update(comparison="")
    left = begun.update(asked=False, stage=None, pending=0, seats_due=False)
    count_finished(run)
    seq = events.append(run.pk, Event.Kind.CONTINUED, questions=left)
    record(Action.RUN_CONTINUED, run, questions=left)
    transaction.on_commit(lambda: events.wake("runs.advance", run.pk))
    transaction.on_commit(lambda: events.notify({run.pk: seq}))
    return left
