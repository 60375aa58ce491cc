"""Tries: ask one expert one question, and read along as it writes."""

from datetime import datetime
from typing import Annotated

from ninja import Path, Query, Router, Status
from pydantic import BaseModel, Field

from webapp.api.auth import ApiRequest, Caller
from webapp.api.fields import ANY_TEXT, Given, IdText, OneOf, Page, Paging, answers, rows_of
from webapp.api.lookups import expert_of, try_of
from webapp.execution.cancel import cancel
from webapp.execution.settings import LARGEST_TRY
from webapp.execution.trying import submit_try
from webapp.experts.budgets import TRY_TOKENS, TRY_TOKENS_OF_THINKERS
from webapp.experts.told import told
from webapp.progress.tries import State, as_try
from webapp.runs.models import Run

router = Router(tags=["Experts"])

TryState = Annotated[str, OneOf(State.values)]


class NewTry(Given):
    question: str = Field(min_length=1, max_length=20_000, pattern=ANY_TEXT)
    max_new_tokens: int | None = Field(
        default=None,
        ge=1,
        le=LARGEST_TRY,
        description=f"Null: {TRY_TOKENS}, or {TRY_TOKENS_OF_THINKERS} of an expert that thinks, but"
        " no more than its own limit.",
    )
    thinking: bool = Field(
        default=True,
        description="False turns thinking off, where the expert's chat template can; true leaves"
        " it as the expert's settings have it.",
    )


class TrySummary(BaseModel):
    id: int = Field(description="The run's: it is among the runs as well.")
    expert: int
    created: datetime
    ended: datetime | None


class TryDetails(TrySummary):
    state: TryState
    waits: str = Field(description="Why it waits; empty when it does not.")
    prompt: str = Field(description="Empty where it was cancelled before it was asked.")
    max_new_tokens: int | None
    thinking_off: bool
    output: str = Field(description="All that there is so far; while it is `writing`, a part.")
    prompt_tokens: int
    tokens: int
    tokens_per_second: float | None = Field(description="So far, from when it was taken up.")
    finish_reason: str = Field(
        description="`stop`: it ended by itself; `length`: it was cut off at a limit."
    )
    ending: str = Field(description="Why the output ended, in words.")
    problem: str = Field(description="Why it failed; empty otherwise.")
    advice: str = Field(description="What to do, if it failed or was cut off.")


@router.post(
    "/experts/{expert}/tries",
    response=answers(201, TryDetails, 400, 404, 413),
    summary="Try an expert",
)
def start_try(request: ApiRequest, expert: Path[IdText], new: NewTry) -> Status[TryDetails]:
    """Asks it one question, as a run would. Get the try again and again to read along."""
    team = request.auth.team
    run = submit_try(
        team,
        request.auth.user,
        expert_of(team, expert),
        new.question,
        new.max_new_tokens,
        thinking=new.thinking,
    )
    return Status(201, _details(run, request.auth))


@router.get(
    "/experts/{expert}/tries",
    response=answers(200, Page[TrySummary], 404),
    summary="List the team's tries of an expert",
)
def list_tries(
    request: ApiRequest, expert: Path[IdText], paging: Query[Paging]
) -> Page[TrySummary]:
    """The newest first."""
    team = request.auth.team
    tries = Run.objects.filter(team=team, expert=expert_of(team, expert), kind=Run.Kind.TRY)
    rows, following = rows_of(tries, paging, newest_first=True)
    return Page(items=[_summary(row) for row in rows], next=following)


@router.get("/tries/{tried}", response=answers(200, TryDetails, 404), summary="Get a try")
def get_try(request: ApiRequest, tried: Path[IdText]) -> TryDetails:
    """With what it has written so far."""
    return _details(try_of(request.auth.team, tried), request.auth)


@router.post(
    "/tries/{tried}/cancel", response=answers(200, TryDetails, 404), summary="Cancel a try"
)
def cancel_try(request: ApiRequest, tried: Path[IdText]) -> TryDetails:
    """What it has written stays. A try that has ended stays as it is."""
    cancel(try_of(request.auth.team, tried))
    return _details(try_of(request.auth.team, tried), request.auth)


def _summary(run: Run) -> TrySummary:
    assert run.expert_id is not None, "a try has its expert"
    return TrySummary(id=run.pk, expert=run.expert_id, created=run.created, ended=run.ended)


def _details(run: Run, caller: Caller) -> TryDetails:
    found = as_try(run)
    row = found.row
    return TryDetails(
        **_summary(run).model_dump(),
        state=found.state.value,
        waits=found.waits,
        prompt=row.prompt if row else "",
        max_new_tokens=row.max_tokens if row else None,
        thinking_off=found.thinking_is_off,
        output=row.output if row else "",
        prompt_tokens=row.prompt_tokens if row else 0,
        tokens=row.tokens if row else 0,
        tokens_per_second=found.rate,
        finish_reason=row.finish_reason if row else "",
        ending=found.ending,
        problem=told(found.problem, caller.may.own),
        advice=found.advice,
    )
