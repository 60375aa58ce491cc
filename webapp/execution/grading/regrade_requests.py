"""Asking for a run to be graded again.

The web process asks; it never grades (`regrade.py` does, in a worker).
"""

from django.db import transaction
from django.db.models import QuerySet

from moe_core.scorers import check_scoring, title_of
from moe_core.values import Scoring
from webapp.audit.actions import Action
from webapp.audit.recording import Change, record
from webapp.execution.errors import RunRefused
from webapp.queue import events
from webapp.runs.models import Event, Generation, Run

TASK = "runs.regrade"


class RegradeRefused(RunRefused):
    """The run cannot be graded again; the message says why and what to do."""


def check(run: Run) -> None:
    """Raises RegradeRefused."""
    if run.kind == Run.Kind.TRY:
        raise RegradeRefused(f"{run} tried an expert: it has no answers to grade.")
    if run.status == Run.Status.RUNNING:
        raise RegradeRefused(f"{run} is still running: wait until it is done, or cancel it.")
    if run.generations.filter(status=Generation.Status.CLAIMED).exists():
        raise RegradeRefused(f"{run} was ended while it generated: wait a moment.")
    # Rankings, and runs that recruit by evidence, read these verdicts until they are done.
    if run.kind == Run.Kind.PROFILE and run.profile is not None:
        reading = run.profile.runs.exclude(pk=run.pk).filter(status=Run.Status.RUNNING)
        if one := reading.first():
            raise RegradeRefused(f"{one} goes by the responses of {run}: wait until it has ended.")


def ask(run: Run, scoring: Scoring | None = None) -> None:
    """Have the `default` worker do it. Raises RegradeRefused, and ScorerError."""
    begin(run, scoring)
    events.wake(TASK, run.pk)


def begin(run: Run, scoring: Scoring | None = None) -> None:
    """Note that a run is to be graded again, and by what (None: as before).

    It stays noted until that is done to the end, so that no message can be lost, and nobody goes on
    with what is graded half by one scorer and half by another. Raises RegradeRefused, ScorerError.
    """
    if scoring is not None:
        check_scoring(scoring)
    with transaction.atomic():
        run.refresh_from_db(from_queryset=Run.objects.select_for_update())
        check(run)
        scoring = _scoring_of(run, scoring)
        change = Change(title_of(run.scoring), title_of(scoring))
        told = {"scorer": change.after} if scoring != run.scoring else {}
        record(Action.RUN_REGRADED, run, **dict.fromkeys(told, change))
        run.scorer, run.pattern, run.regrading = scoring.scorer, scoring.pattern, True
        run.save(update_fields=["scorer", "pattern", "regrading"])
        seq = events.append(run.pk, Event.Kind.REGRADING, **told)
    events.notify({run.pk: seq})


def _scoring_of(run: Run, wanted: Scoring | None) -> Scoring:
    """A ranking reads the verdicts of its profile's run, and is graded by the same."""
    if run.kind != Run.Kind.RANK:
        return run.scoring if wanted is None else wanted
    theirs = scoring_of_profiled(run)
    if wanted not in (None, theirs):
        raise RegradeRefused(
            f"{run} is a ranking, which is graded as its profile's run is: grade that one by"
            " another scorer, and then this one again."
        )
    return theirs


def scoring_of_profiled(ranking: Run) -> Scoring:
    """The scorer of the run that made a ranking's profile, locked until the transaction ends."""
    made_by = _profiled(ranking).select_for_update().first()
    return made_by.scoring if made_by is not None else ranking.scoring


def not_graded(run: Run) -> str:
    """Why a run's verdicts cannot be gone on with now, and what to do; blank: they can."""
    if run.regrading:
        return f"{run} is being graded again: wait until it is done."
    if run.kind == Run.Kind.RANK and (made_by := _profiled(run).first()) is not None:
        if made_by.regrading:
            return f"{made_by}, which it goes by, is being graded again: wait until it is done."
        if made_by.scoring != run.scoring:
            return f"{made_by}, which it goes by, has another scorer since: grade it again first."
    return ""


def _profiled(ranking: Run) -> QuerySet[Run]:
    """The run that made the profile which a ranking goes by."""
    return Run.objects.filter(profile=ranking.profile_id, kind=Run.Kind.PROFILE)
