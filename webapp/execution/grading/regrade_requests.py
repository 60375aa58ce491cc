"""Asking for a run to be graded again.

The web process asks; it never grades (`regrade.py` does, in a worker).
"""

from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from moe_core.scorers import check_scoring, title_of
from moe_core.values import Scoring
from webapp.audit.actions import Action
from webapp.audit.recording import Change, record
from webapp.execution.errors import NoSpaceToRun, RunRefused
from webapp.files import room
from webapp.questions.models import QuestionSet
from webapp.queue import events
from webapp.runs.models import Event, Generation, Profile, Run

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
    """Note that a run is to be graded again, by its set's newest gold answers, and by what scorer
    (None: as before).

    It stays noted until that is done to the end, so that no message can be lost, and nobody goes on
    with what is graded half by one scorer and half by another. Raises RegradeRefused, ScorerError.
    """
    if scoring is not None:
        check_scoring(scoring)
    if said := room.lack():
        raise NoSpaceToRun(said)
    with transaction.atomic():
        if run.kind == Run.Kind.PROFILE:  # no run begins to rest on it meanwhile
            list(Profile.objects.select_for_update(of=("self",)).filter(runs=run))
        run.refresh_from_db(from_queryset=Run.objects.select_for_update())
        check(run)
        scoring = _scoring_of(run, scoring)
        told: dict[str, Any] = {"was": figures_before(run)}
        change = Change(title_of(run.scoring), title_of(scoring))
        if scoring != run.scoring:
            told["scorer"] = change.after
        record(Action.RUN_REGRADED, run, **({"scorer": change} if "scorer" in told else {}))
        run.scorer, run.pattern, run.regrading = scoring.scorer, scoring.pattern, True
        run.gold_version, run.regrade_due = newest_golds(run), False
        told["golds"] = run.gold_version
        run.save(update_fields=["scorer", "pattern", "regrading", "gold_version", "regrade_due"])
        seq = events.append(run.pk, Event.Kind.REGRADING, **told)
    events.notify({run.pk: seq})


def figures_before(run: Run) -> dict[str, int]:
    """The version that a run was last graded by as a whole, and what came of it.

    Where it is just being graded again, its own figures are of both.
    """
    if run.regrading:
        asked = Event.objects.filter(run=run, kind=Event.Kind.REGRADING).last()
        if asked is not None and "was" in asked.payload:
            found: dict[str, int] = asked.payload["was"]
            return found
    return {"golds": run.gold_version, "correct": run.correct, "graded": run.graded}


def newest_golds(run: Run) -> int:
    """The version of the gold answers that a run would be graded by.

    What others rest on keeps its own: a profile with them is another version of the profile
    (webapp.execution.golds.profile_versions). A ranking reads the verdicts of its profile's run.
    """
    if run.kind == Run.Kind.RANK:
        made_by = profiled_by(run).select_for_update().first()
        return made_by.gold_version if made_by is not None else run.gold_version
    if is_rested_on(run) or run.question_set_id is None:
        return run.gold_version
    return QuestionSet.objects.values_list("version", flat=True).get(pk=run.question_set_id)


def keeps_golds(run: Run) -> bool:
    """Whether grading a run again leaves it at the gold answers that it has."""
    return run.kind == Run.Kind.RANK or is_rested_on(run)


def is_rested_on(run: Run) -> bool:
    """Whether other runs rest on the profile that a run has made."""
    if run.kind != Run.Kind.PROFILE or run.profile_id is None:
        return False
    # Those that are deleted can come back.
    return Run.every.filter(profile=run.profile_id).exclude(pk=run.pk).exists()


def _scoring_of(run: Run, wanted: Scoring | None) -> Scoring:
    """A ranking reads the verdicts of its profile's run, and is graded by the same."""
    if run.kind != Run.Kind.RANK:
        return run.scoring if wanted is None else wanted
    made_by = profiled_by(run).select_for_update().first()
    theirs = made_by.scoring if made_by is not None else run.scoring
    if wanted not in (None, theirs):
        raise RegradeRefused(
            f"{run} is a ranking, which is graded as its profile's run is: grade that one by"
            " another scorer, and then this one again."
        )
    return theirs


def not_graded(run: Run) -> str:
    """Why a run's verdicts cannot be gone on with now, and what to do; blank: they can."""
    if run.regrading:
        return f"{run} is being graded again: wait until it is done."
    if run.kind == Run.Kind.RANK and (made_by := profiled_by(run).first()) is not None:
        if made_by.regrading:
            return f"{made_by}, which it goes by, is being graded again: wait until it is done."
        if made_by.scoring != run.scoring:
            return f"{made_by}, which it goes by, has another scorer since: grade it again first."
    return ""


def profiled_by(ranking: Run) -> QuerySet[Run]:
    """The run that made the profile which a ranking goes by."""
    return Run.objects.filter(profile=ranking.profile_id, kind=Run.Kind.PROFILE)
