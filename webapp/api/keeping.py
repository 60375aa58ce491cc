"""Names and ends: what is said of runs, what things are called, archiving, deleting, undoing."""

from datetime import datetime
from typing import Annotated

from django.db import transaction
from ninja import Path, Query, Router
from pydantic import BaseModel, Field

from webapp.accounts.models import User
from webapp.api import pools, profiles, runs
from webapp.api.auth import ApiRequest, Caller
from webapp.api.errors import wrong_field
from webapp.api.fields import ANY_TEXT, Given, Id, IdText, Page, Paging, answers, rows_of
from webapp.api.lookups import deletion_of, pool_of, profile_of, question_set_of, run_of
from webapp.api.run_details import RunSummary, summary_of
from webapp.api.uploads import question_sets
from webapp.keeping import archiving, baselines, deleting
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
from webapp.things.models import Deletion

# Of one address all operations stand in one router: those of the things themselves in theirs.
router = Router(tags=["Deletions"])

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


class Agreed(BaseModel):
    with_all: bool = Field(
        default=False, description="Also what hangs on it; without, it is refused where there is."
    )


class DeletedThings(BaseModel):
    """One thing that was deleted, with all that hung on it."""

    id: int = Field(description="By which it can be brought back.")
    kind: str
    name: str
    counts: list[tuple[int, str]] = Field(description="How many of what were deleted with it.")
    created: datetime
    until: datetime = Field(description="When it cannot be brought back any more.")


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


@runs.router.delete(
    "/runs/{run}", response=answers(200, DeletedThings, 404), summary="Delete a run"
)
def delete_run(request: ApiRequest, run: Path[IdText], agreed: Query[Agreed]) -> DeletedThings:
    """With its answers, reviews and comments. Those that made a profile go with the profile."""
    return _deleted(run_of(request.auth.team, run), agreed, request.auth)


@question_sets.router.delete(
    "/question-sets/{question_set}",
    response=answers(200, DeletedThings, 404),
    summary="Delete a question set",
)
def delete_question_set(
    request: ApiRequest, question_set: Path[IdText], agreed: Query[Agreed]
) -> DeletedThings:
    """With the profiles made on it, and all runs that rest on either."""
    return _deleted(question_set_of(request.auth.team, question_set), agreed, request.auth)


@pools.router.delete(
    "/pools/{pool}", response=answers(200, DeletedThings, 404), summary="Delete a pool"
)
def delete_pool(request: ApiRequest, pool: Path[IdText], agreed: Query[Agreed]) -> DeletedThings:
    """With its profiles and runs; its experts stay."""
    return _deleted(pool_of(request.auth.team, pool), agreed, request.auth)


@profiles.router.delete(
    "/profiles/{profile}", response=answers(200, DeletedThings, 404), summary="Delete a profile"
)
def delete_profile(
    request: ApiRequest, profile: Path[IdText], agreed: Query[Agreed]
) -> DeletedThings:
    """With the run that made it, and those that recruited by it."""
    return _deleted(profile_of(request.auth.team, profile), agreed, request.auth)


@router.get(
    "/deletions", response=answers(200, Page[DeletedThings]), summary="List what was deleted"
)
def list_deletions(request: ApiRequest, paging: Query[Paging]) -> Page[DeletedThings]:
    """And can be brought back, the newest first."""
    found = deleting.deletions_of(request.auth.team)
    rows, following = rows_of(found, paging, newest_first=True)
    return Page(items=[_told(row) for row in rows], next=following)


@router.post(
    "/deletions/{deletion}/undo",
    response=answers(200, DeletedThings, 404),
    summary="Bring back what was deleted",
)
def undo_deletion(request: ApiRequest, deletion: Path[IdText]) -> DeletedThings:
    """With all that was deleted with it. A name that was taken meanwhile gets a number."""
    found = deletion_of(request.auth.team, deletion)
    told = _told(found)
    deleting.undo(found, request.auth.user)
    return told


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


def _deleted(thing: Named, agreed: Agreed, by: Caller) -> DeletedThings:
    return _told(deleting.delete(thing, by.user, with_all=agreed.with_all))


def _told(row: Deletion) -> DeletedThings:
    return DeletedThings(
        id=row.pk,
        kind=row.kind,
        name=row.name,
        counts=row.counts,
        created=row.created,
        until=deleting.until(row),
    )


def _member(by: Caller, pk: int) -> User:
    """Raises ApiError."""
    found = User.objects.filter(pk=pk, memberships__team=by.team).first()
    if found is None:
        raise wrong_field("owner", f"Your team has no member {pk}.")
    return found
