"""What is said of runs, what things are called, archiving: all of it by PATCH.

Of one address all operations stand in one router: these in those of the things themselves.
"""

from datetime import datetime
from typing import Annotated

from django.db import transaction
from ninja import Path
from pydantic import BaseModel, Field

from webapp.accounts.models import User
from webapp.api import pools, profiles
from webapp.api.auth import ApiRequest, Caller
from webapp.api.errors import wrong_field
from webapp.api.fields import ANY_TEXT, Given, Id, IdText, answers
from webapp.api.lookups import pool_of, profile_of, question_set_of, run_of
from webapp.api.runs import runs
from webapp.api.runs.details import RunSummary, summary_of
from webapp.api.uploads import question_sets
from webapp.keeping import archiving, baselines
from webapp.keeping.kinds import Named
from webapp.keeping.naming import (
    LONGEST_NAME,
    LONGEST_NOTES,
    LONGEST_TITLE,
    MOST_TAGS,
    describe,
    hand_over,
    rename,
    star,
)
from webapp.runs.models.run import LONGEST_TAG

Tag = Annotated[str, Field(min_length=1, max_length=LONGEST_TAG, pattern=ANY_TEXT)]
ARCHIVED = Field(default=None, description="Out of lists and choices, or in them again.")


class ThingChanges(Given):
    """What is left out stays as it is."""

    name: Annotated[str, Field(max_length=LONGEST_NAME, pattern=ANY_TEXT)] | None = Field(
        default=None, description="Empty: a profile is called by its pool and question set."
    )
    archived: bool | None = ARCHIVED


class RunChanges(Given):
    """What is left out stays as it is."""

    title: Annotated[str, Field(max_length=LONGEST_TITLE, pattern=ANY_TEXT)] | None = Field(
        default=None, description="Empty: made from method, question set and pool."
    )
    tags: Annotated[list[Tag], Field(max_length=MOST_TAGS)] | None = Field(
        default=None, description="All of them; they are kept in lower case."
    )
    notes: Annotated[str, Field(max_length=LONGEST_NOTES, pattern=ANY_TEXT)] | None = Field(
        default=None, description="In Markdown."
    )
    owner: Id | None = Field(default=None, description="A member's id.")
    starred: bool | None = Field(default=None, description="Your own star.")
    baseline: bool | None = Field(
        default=None, description="Whether other runs over its question set are compared with it."
    )
    archived: bool | None = ARCHIVED


class ThingDetails(BaseModel):
    id: int
    name: str
    archived: datetime | None = Field(description="Since when; null: it is not.")


@runs.router.patch(
    "/runs/{run}",
    response=answers(200, RunSummary, 400, 404, 413),
    summary="Change what is said of a run",
)
@transaction.atomic
def edit_run(request: ApiRequest, run: Path[IdText], changes: RunChanges) -> RunSummary:
    """Title, tags, notes, owner, star, baseline, archived: all that is given, or nothing."""
    found, by = run_of(request.auth.team, run), request.auth.user
    describe(found, by, title=changes.title, tags=changes.tags, notes=changes.notes)
    if changes.owner is not None:
        hand_over(found, _member(request.auth, changes.owner), by)
    if changes.starred is not None:
        star(found, by, starred=changes.starred)
    _archive(found, changes.archived, by)
    if changes.baseline:
        baselines.set_baseline(found, by)
    elif changes.baseline is False:
        baselines.unset_baseline(found, by)
    return summary_of(run_of(request.auth.team, run))


@question_sets.router.patch(
    "/question-sets/{question_set}",
    response=answers(200, ThingDetails, 400, 404, 413),
    summary="Rename or archive a question set",
)
def edit_question_set(
    request: ApiRequest, question_set: Path[IdText], changes: ThingChanges
) -> ThingDetails:
    """What is given, or nothing."""
    return _edited(question_set_of(request.auth.team, question_set), changes, request.auth)


@pools.router.patch(
    "/pools/{pool}",
    response=answers(200, ThingDetails, 400, 404, 413),
    summary="Rename or archive a pool",
)
def edit_pool(request: ApiRequest, pool: Path[IdText], changes: ThingChanges) -> ThingDetails:
    """What is given, or nothing."""
    return _edited(pool_of(request.auth.team, pool), changes, request.auth)


@profiles.router.patch(
    "/profiles/{profile}",
    response=answers(200, ThingDetails, 400, 404, 413),
    summary="Rename or archive a profile",
)
def edit_profile(request: ApiRequest, profile: Path[IdText], changes: ThingChanges) -> ThingDetails:
    """What is given, or nothing."""
    return _edited(profile_of(request.auth.team, profile), changes, request.auth)


@transaction.atomic
def _edited(thing: Named, changes: ThingChanges, by: Caller) -> ThingDetails:
    if changes.name is not None:
        rename(thing, changes.name, by.user)
    _archive(thing, changes.archived, by.user)
    return ThingDetails(id=thing.pk, name=str(thing), archived=thing.archived)


def _archive(thing: Named, archived: bool | None, by: User) -> None:
    if archived:
        archiving.archive(thing, by)
    elif archived is False:
        archiving.bring_back(thing, by)


def _member(by: Caller, pk: int) -> User:
    """Raises ApiError."""
    found = User.objects.filter(pk=pk, memberships__team=by.team).first()
    if found is None:
        raise wrong_field("owner", f"Your team has no member {pk}.")
    return found
