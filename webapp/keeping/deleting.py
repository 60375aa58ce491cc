"""Deleting things with all that hangs on them, and undoing it. What is deleted is gone from
everywhere at once; its rows are freed when nobody can undo it any more (`freeing`)."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from webapp.accounts.models import Team, User
from webapp.audit.actions import Action
from webapp.audit.recording import record
from webapp.experts.models import Pool
from webapp.keeping.hanging import Hanging, hanging_on, in_words
from webapp.keeping.kinds import KINDS, KeepingRefused, Named, called, word_of
from webapp.questions.models import QuestionSet
from webapp.runs.models import Profile, Run
from webapp.things.holding import Gone, hold
from webapp.things.models import Deletion

KEPT = timedelta(days=30)
MADE_BY = {Run.Kind.PROFILE: "made", Run.Kind.RANK: "ranked the aggregators of"}


@transaction.atomic
def delete(thing: Named, by: User | None, *, with_all: bool = False) -> Deletion:
    """It and, where that is agreed to (`with_all`), what hangs on it. Raises KeepingRefused.

    Locked from above: nobody starts a run on any of it meanwhile (`webapp.things.holding`).
    """
    if type(thing).objects.select_for_update().filter(pk=thing.pk).first() is None:
        raise KeepingRefused(f"{thing} is deleted already.")
    hanging = _locked(hanging_on(thing))
    if problem := undeletable(hanging):
        raise KeepingRefused(problem)
    counted = hanging.counted()
    if counted.rests and not with_all:
        raise KeepingRefused(
            f"{in_words(counted.told())} hang on {thing}: agree to have them deleted with it."
        )
    deletion = Deletion.objects.create(
        team=thing.team, kind=word_of(thing), name=called(thing)[:500], counts=counted.told(), by=by
    )
    # By keys: what is deleted is not found any more by what it rests on.
    runs = list(hanging.runs.values_list("pk", flat=True))
    profiles = list(hanging.profiles.values_list("pk", flat=True))
    Run.every.filter(pk__in=runs).update(deletion=deletion, baseline=False)
    Profile.every.filter(pk__in=profiles).update(deletion=deletion)
    type(thing).every.filter(pk=thing.pk).update(deletion=deletion)
    record(Action.DELETED, thing, with_it=in_words(counted.told()))
    return deletion


def undeletable(hanging: Hanging) -> str:
    """Why a thing cannot be deleted now, and what to do; blank where it can."""
    thing = hanging.thing
    if isinstance(thing, Run) and thing.profile is not None and thing.kind in MADE_BY:
        return (
            f"{thing} {MADE_BY[Run.Kind(thing.kind)]} the profile {thing.profile}, which rests on"
            " it: delete that."
        )
    if running := hanging.runs.filter(status=Run.Status.RUNNING).order_by("pk").first():
        return f"{running} is running: cancel it first, or wait until it is done."
    if again := hanging.runs.filter(regrading=True).order_by("pk").first():
        return f"{again} is being graded again: wait until that is done."
    return ""


def deletions_of(team: Team) -> QuerySet[Deletion]:
    """Those that can be undone, the newest first."""
    still = Deletion.objects.filter(team=team, freeing=False, created__gt=timezone.now() - KEPT)
    return still.select_related("by")


def until(deletion: Deletion) -> datetime:
    """When it cannot be undone any more."""
    return deletion.created + KEPT


@transaction.atomic
def undo(deletion: Deletion, by: User) -> list[QuestionSet | Pool]:
    """Brings back what was deleted; gives what has another name now, since its own was taken.

    Raises KeepingRefused.
    """
    rows = deletions_of(deletion.team).select_related(None).select_for_update()
    found = rows.filter(pk=deletion.pk).first()
    if found is None:
        raise KeepingRefused(f"{deletion} cannot be brought back any more.")
    for below in _below(found):
        try:
            hold(below)
        except Gone:
            raise KeepingRefused(
                f"{below} was deleted, too, and {deletion} rests on it: bring that back first."
            ) from None
    renamed = [
        thing
        for model in (QuestionSet, Pool)
        for thing in model.every.filter(deletion=found)
        if _renamed(thing)
    ]
    for model in KINDS.values():
        model.every.filter(deletion=found).update(deletion=None)
    record(Action.DELETION_UNDONE, found, renamed=renamed)
    found.delete()
    return renamed


def _locked(hanging: Hanging) -> Hanging:
    """Again, when its profiles and then its runs are locked: what was being started is there."""
    list(hanging.profiles.select_for_update().order_by("pk").values_list("pk"))
    list(hanging.runs.select_for_update().order_by("pk").values_list("pk"))
    return hanging


def _below(deletion: Deletion) -> Iterator[Named]:
    """What the things of a deletion rest on, but for each other; in the order of locking."""
    runs = Run.every.filter(deletion=deletion)
    profiles = Profile.every.filter(deletion=deletion)
    on: tuple[tuple[type[Named], str, Sequence[QuerySet[Any]]], ...] = (
        (QuestionSet, "question_set", (runs, profiles)),
        (Pool, "pool", (runs, profiles)),
        (Profile, "profile", (runs,)),
    )
    for model, name, rows in on:
        keys = {key for some in rows for key in some.values_list(name, flat=True)}
        yield from model.every.filter(pk__in=keys - {None}).exclude(deletion=deletion)


def _renamed(thing: QuestionSet | Pool) -> bool:
    """Whether its name is taken by now: it gets a number, as names of files do."""
    there = set(type(thing).objects.filter(team=thing.team_id).values_list("name", flat=True))
    if thing.name not in there:
        return False
    numbered = (f"{thing.name[:94]} ({number})" for number in count(2))
    thing.name = next(name for name in numbered if name not in there)
    thing.save(update_fields=["name"])
    return True
