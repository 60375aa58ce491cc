"""The run that others over its question set are compared with."""

from collections.abc import Iterable

from django.db import transaction

from webapp.accounts.models import User
from webapp.audit.actions import Action
from webapp.audit.recording import record
from webapp.keeping.kinds import KeepingRefused
from webapp.questions.models import QuestionSet
from webapp.runs.models import Run


def baseline_for(run: Run) -> Run | None:
    """Of a run that answers questions, unless it is the baseline itself."""
    if run.kind != Run.Kind.ANSWER or run.baseline or run.question_set_id is None:
        return None
    return baselines_of([run.question_set_id]).get(run.question_set_id)


def baselines_of(question_sets: Iterable[int | None]) -> dict[int, Run]:
    """Question set → its baseline, of those that have one."""
    found = Run.objects.filter(baseline=True, question_set__in={*question_sets} - {None})
    related = found.select_related("question_set", "pool", "expert")
    return {run.question_set_id: run for run in related if run.question_set_id is not None}


@transaction.atomic
def set_baseline(run: Run, by: User) -> Run | None:
    """Its set's baseline from now on; gives the one that was it before. Raises KeepingRefused."""
    if problem := unfit(run):
        raise KeepingRefused(problem)
    assert run.question_set is not None
    QuestionSet.objects.select_for_update().get(pk=run.question_set.pk)  # one at a time
    # It may have been archived, or deleted, since it was read.
    run.refresh_from_db(from_queryset=Run.objects.select_for_update())
    if problem := unfit(run):
        raise KeepingRefused(problem)
    theirs = Run.objects.filter(question_set=run.question_set_id, baseline=True).exclude(pk=run.pk)
    before = theirs.first()
    theirs.update(baseline=False)
    run.baseline = True
    run.save(update_fields=["baseline"])
    record(Action.BASELINE_SET, run, instead_of=before)
    return before


@transaction.atomic
def unset_baseline(run: Run, by: User) -> None:
    if not run.baseline:
        return
    run.baseline = False
    run.save(update_fields=["baseline"])
    record(Action.BASELINE_UNSET, run)


def unfit(run: Run) -> str:
    """Why a run can be no baseline, and what to do; blank where it can."""
    if run.kind != Run.Kind.ANSWER:
        return f"{run} answers no questions: choose a run that does."
    if run.status != Run.Status.DONE or not run.graded:
        return f"{run} is not done and graded: choose one that is."
    return f"{run} is archived: bring it back first." if run.archived else ""
