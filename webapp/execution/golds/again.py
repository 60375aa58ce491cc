"""Runs that are graded by earlier gold answers than their set has, and grading them again.

The web process marks them (`Run.regrade_due`); a worker begins with each as soon as that can be: a
run that is going on keeps its gold answers to its end.
"""

from django.db import transaction
from django.db.models import F, Q, QuerySet

from webapp.accounts.models import Team
from webapp.audit.actions import Action
from webapp.audit.recording import record
from webapp.execution.grading.regrade_requests import TASK as REGRADE
from webapp.execution.grading.regrade_requests import RegradeRefused, begin
from webapp.questions.models import QuestionSet
from webapp.queue import events
from webapp.runs.models import Profile, Run

TASK = "runs.regrade_due"


def graded_before(question_set: QuestionSet) -> QuerySet[Run]:
    """Runs on a set that are graded by an earlier version and can be by the newest.

    Not those that made a profile which others rest on, nor rankings, which go by that: there, new
    gold answers make a new version of the profile. Nor those of what is only proposed.
    """
    resting = Run.every.exclude(kind=Run.Kind.PROFILE).exclude(profile=None).values("profile")
    of_profile = Q(profile__in=resting) | Q(profile__proposed=True)
    fixed = Q(kind=Run.Kind.RANK) | Q(kind=Run.Kind.PROFILE) & of_profile
    earlier = Run.objects.filter(
        team=question_set.team_id, question_set=question_set, gold_version__lt=question_set.version
    )
    return earlier.exclude(fixed)


def profiles_before(question_set: QuestionSet) -> QuerySet[Profile]:
    """Profiles on a set that were counted by earlier gold answers."""
    makers = Run.objects.filter(
        kind=Run.Kind.PROFILE, question_set=question_set, gold_version__lt=question_set.version
    )
    return Profile.objects.filter(ready=True, runs__in=makers).select_related(
        "pool", "question_set"
    )


def ask(question_set: QuestionSet) -> int:
    """Have all these runs graded by the newest gold answers, one by one; returns how many."""
    with transaction.atomic():
        marked = graded_before(question_set).update(regrade_due=True)
        record(Action.SET_REGRADED, question_set, runs=marked, version=question_set.version)
    if marked:
        events.wake(TASK)
    return marked


def ask_when_ended(run: Run) -> None:
    """Have a run that is going on graded by the newest gold answers when it has ended."""
    earlier = Run.objects.filter(pk=run.pk, gold_version__lt=F("question_set__version"))
    with transaction.atomic():
        if earlier.update(regrade_due=True):
            record(Action.RUN_REGRADED, run, when="it has ended")


def begin_due() -> None:
    """Begin with every run that is due and can be graded now; the others stay due."""
    due = Run.objects.filter(regrade_due=True).exclude(status=Run.Status.RUNNING)
    for run in due.order_by("pk"):
        try:
            begin(run)
        except (RegradeRefused, Run.DoesNotExist):  # the last: deleted just now
            continue
        events.wake(REGRADE, run.pk)


def waiting(team: Team) -> int:
    """Runs of a team that are to be graded again, or just being."""
    return Run.objects.filter(Q(regrade_due=True) | Q(regrading=True), team=team).count()
