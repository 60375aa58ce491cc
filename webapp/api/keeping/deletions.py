"""Deleting things with what hangs on them, and bringing them back.

Of one address all operations stand in one router: deleting in those of the things themselves.
"""

from datetime import datetime

from ninja import Path, Query, Router
from pydantic import BaseModel, Field

from webapp.api import pools, profiles
from webapp.api.auth import ApiRequest, Caller
from webapp.api.fields import IdText, Page, Paging, answers, rows_of
from webapp.api.lookups import deletion_of, pool_of, profile_of, question_set_of, run_of
from webapp.api.runs import runs
from webapp.api.uploads import question_sets
from webapp.keeping import deleting
from webapp.keeping.kinds import Named
from webapp.things.models import Deletion

router = Router(tags=["Deletions"])


class Agreed(BaseModel):
    with_all: bool = Field(
        default=False, description="Also what hangs on it; without, it is refused where there is."
    )


class Count(BaseModel):
    number: int
    what: str


class DeletedThings(BaseModel):
    """One thing that was deleted, with all that hung on it."""

    id: int = Field(description="By which it can be brought back.")
    kind: str
    name: str
    counts: list[Count] = Field(description="What was deleted with it.")
    created: datetime
    until: datetime = Field(description="When it cannot be brought back any more.")


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


def _deleted(thing: Named, agreed: Agreed, by: Caller) -> DeletedThings:
    return _told(deleting.delete(thing, by.user, with_all=agreed.with_all))


def _told(row: Deletion) -> DeletedThings:
    return DeletedThings(
        id=row.pk,
        kind=row.kind,
        name=row.name,
        counts=[Count(number=number, what=what) for number, what in row.counts],
        created=row.created,
        until=deleting.until(row),
    )
