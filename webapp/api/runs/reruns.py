"""Runs again with one expert replaced or added, which start when their profile is ready."""

from datetime import datetime
from typing import Literal

from django.core.exceptions import ValidationError
from ninja import Path, Query, Router, Status
from pydantic import BaseModel, Field

from webapp.api.auth import ApiRequest
from webapp.api.errors import ApiError
from webapp.api.fields import Given, Id, IdText, Page, Paging, answers, rows_of
from webapp.api.lookups import answering_of, expert_of, rerun_of
from webapp.experts.variants import Replacement
from webapp.planning import reruns
from webapp.runs.models import Rerun

router = Router(tags=["Runs"])

State = Literal["waits", "started", "called off"]


class NewRerun(Given):
    by: Id = Field(description="The expert that the new pool has, and the run's pool has not.")
    replace: Id | None = Field(
        default=None, description="Whose place it takes in the pool; null: nobody's, it joins them."
    )


class RerunDetails(BaseModel):
    id: int
    of: int = Field(description="The run that is repeated.")
    replaced: int | None
    by: int
    pool: int = Field(description="The one that was made for it.")
    state: State
    waits_for: int | None = Field(
        description="The run that has to be done first: it makes the profile, or ranks the"
        " aggregators on it. Null: nothing."
    )
    problem: str = Field(description="What is in the way; it goes on when that is mended.")
    run: int | None = Field(description="The run that was started.")
    created: datetime
    ended: datetime | None = Field(description="When it was started or called off.")


@router.post(
    "/runs/{run}/reruns",
    response=answers(201, RerunDetails, 400, 404, 413),
    summary="Run again with one expert replaced or added",
)
def start_rerun(request: ApiRequest, run: Path[IdText], new: NewRerun) -> Status[RerunDetails]:
    """The pool is made and the new expert profiled; what the others did is taken over. The run
    starts by itself, with the same questions and settings, when the profile is ready. One that
    reads no profile starts at once."""
    team = request.auth.team
    found = answering_of(team, run)
    out = expert_of(team, new.replace, "replace") if new.replace is not None else None
    try:
        begun = reruns.begin(
            found, Replacement(out, expert_of(team, new.by, "by")), request.auth.user
        )
    except ValidationError as wrong:
        raise ApiError(422, " ".join(wrong.messages)) from None
    return Status(201, _details(begun))


@router.get(
    "/runs/{run}/reruns",
    response=answers(200, Page[RerunDetails], 404),
    summary="List a run's reruns",
)
def list_reruns(
    request: ApiRequest, run: Path[IdText], paging: Query[Paging]
) -> Page[RerunDetails]:
    """The newest first, those that were called off among them."""
    rows = answering_of(request.auth.team, run).reruns.select_related("profiling", "ranking")
    shown, following = rows_of(rows, paging, newest_first=True)
    return Page(items=[_details(row) for row in shown], next=following)


@router.post(
    "/reruns/{rerun}/call-off",
    response=answers(200, RerunDetails, 404),
    summary="Call a rerun off",
)
def call_off_rerun(request: ApiRequest, rerun: Path[IdText]) -> RerunDetails:
    """No run is started; what it waits for goes on. One that was started stays as it is."""
    reruns.call_off(rerun_of(request.auth.team, rerun))
    return _details(rerun_of(request.auth.team, rerun))


def _details(row: Rerun) -> RerunDetails:
    state: State = "waits" if row.ended is None else "started" if row.run_id else "called off"
    waits = row.waits_for if row.ended is None else None
    return RerunDetails(
        id=row.pk,
        of=row.of_id,
        replaced=row.expert_id,
        by=row.by_id,
        pool=row.pool_id,
        state=state,
        waits_for=waits.pk if waits else None,
        problem=row.problem,
        run=row.run_id,
        created=row.created,
        ended=row.ended,
    )
