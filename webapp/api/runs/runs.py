"""Runs: start, find, follow, cancel, grade again, retry."""

from typing import Annotated, Literal

from ninja import Path, Query, Router, Status
from pydantic import BaseModel, Field

from moe_core.methods import METHODS
from moe_core.recruiters import RECRUITERS
from webapp.api.auth import ApiRequest
from webapp.api.fields import (
    ANY_TEXT,
    DayText,
    Given,
    Id,
    IdText,
    OneOf,
    Page,
    Paging,
    answers,
    rows_of,
)
from webapp.api.lookups import check_experts, pool_of, profile_of, question_set_of, run_of
from webapp.api.pools import Experts
from webapp.api.runs.details import Kind, RunDetails, RunStatus, RunSummary, details_of, summary_of
from webapp.api.scorers import RegradeGiven
from webapp.execution.cancel import cancel
from webapp.execution.grading import regrade_requests
from webapp.execution.resuming import continuing, retry
from webapp.execution.settings import (
    DECIDED,
    LARGEST_K,
    LARGEST_SEED,
    OLDER_NAMES,
    STOPPING_CHOICES,
    WRITER_CHOICES,
)
from webapp.execution.start import submit_run
from webapp.keeping.finding import Wanted, find_runs
from webapp.keeping.naming import LONGEST_TITLE, checked_title
from webapp.runs.found_skills import run_cautions
from webapp.runs.models.run import LONGEST_TAG

router = Router(tags=["Runs"])

Method = Annotated[str, OneOf(METHODS)]
Recruiter = Annotated[str, OneOf(RECRUITERS)]
Stopping = Annotated[str, OneOf(STOPPING_CHOICES)]
Writer = Annotated[str, OneOf([*WRITER_CHOICES, *OLDER_NAMES])]


class NewRun(Given):
    question_set: Id
    pool: Id
    profile: Id | None = Field(default=None, description="Null: the pool's newest that is ready.")
    method: Method = "skill-moe"
    recruiter: Recruiter | None = Field(
        default=None, description="Null: the method's own. Only skill-moe takes another."
    )
    k: int = Field(default=3, ge=1, le=LARGEST_K, description="Seats per question.")
    seed: int = Field(
        default=0, ge=0, le=LARGEST_SEED, description="The same seed recruits the same experts."
    )
    writer: Writer = Field(
        default=DECIDED,
        description="Who writes the answers: "
        + "; ".join(f"`{name}`, {title}" for name, title in WRITER_CHOICES.items())
        + ". `vote` is an older name of `majority`.",
    )
    stopping: Stopping = Field(
        default="",
        description="Which seats are asked: "
        + "; ".join(f"`{name}`, {title}" for name, title in STOPPING_CHOICES.items() if name)
        + ". Empty: every seat, but where a vote writes the answers those that it needs for the"
        " same ones. With `two-ahead`, `k` is the most that a question is given.",
    )
    looks: bool | None = Field(
        default=None,
        description="Whether the calibrated vote counts what answers look like, which tells how a"
        " set was made rather than who knows what. Null: where the profile's questions and the set"
        " are of one benchmark.",
    )
    title: str = Field(
        default="",
        max_length=LONGEST_TITLE,
        pattern=ANY_TEXT,
        description="Empty: made from method, question set and pool.",
    )
    left_out: Experts = Field(
        default=[], description="Experts of the pool that are not recruited in this run."
    )


class WantedRuns(Paging):
    """Which runs a list is to hold."""

    title: str = Field(
        default="", max_length=100, pattern=ANY_TEXT, description="Words of it, or a run's number."
    )
    kind: Kind | Literal[""] = ""
    status: RunStatus | Literal[""] = ""
    method: Method | Literal[""] = ""
    question_set: IdText | None = None
    pool: IdText | None = None
    owner: IdText | None = Field(default=None, description="A member's id.")
    tag: str = Field(default="", max_length=LONGEST_TAG, pattern=ANY_TEXT)
    since: DayText | None = Field(default=None, description="The first day on which it may start.")
    until: DayText | None = Field(default=None, description="The last one.")
    starred: bool = Field(default=False, description="Only those with your star.")
    archived: bool = Field(default=False, description="Only archived ones; else none of them.")


class StartedRun(BaseModel):
    id: int
    warnings: list[str] = Field(description="What is wrong with the skills that it rests on.")


@router.post("/runs", response=answers(201, StartedRun, 400, 404, 413), summary="Start a run")
def start_run(request: ApiRequest, new: NewRun) -> Status[StartedRun]:
    """Answer a question set by a method."""
    team = request.auth.team
    check_experts(team, new.left_out, "left_out")
    run = submit_run(
        team,
        request.auth.user,
        pool=pool_of(team, new.pool),
        questions=question_set_of(team, new.question_set),
        method=new.method,
        profile=profile_of(team, new.profile) if new.profile else None,
        k=new.k,
        seed=new.seed,
        recruiter=new.recruiter or "",
        writer=new.writer,
        stopping=new.stopping,
        looks=new.looks,
        left_out=new.left_out,
        title=checked_title(new.title),
    )
    return Status(201, StartedRun(id=run.pk, warnings=run_cautions(run)))


@router.get("/runs", response=answers(200, Page[RunSummary]), summary="List the team's runs")
def list_runs(request: ApiRequest, wanted: Query[WantedRuns]) -> Page[RunSummary]:
    """The newest first, those that build profiles among them. All that is asked for must hold."""
    given = wanted.model_dump(exclude={"cursor", "limit"})
    runs = find_runs(request.auth.team, request.auth.user, Wanted(**given))
    rows, following = rows_of(runs, wanted, newest_first=True)
    return Page(items=[summary_of(row) for row in rows], next=following)


@router.get("/runs/{run}", response=answers(200, RunDetails, 404), summary="Get a run")
def get_run(request: ApiRequest, run: Path[IdText]) -> RunDetails:
    """How far it is, how well it did, and what it cost."""
    return details_of(run_of(request.auth.team, run))


@router.post("/runs/{run}/cancel", response=answers(200, RunSummary, 404), summary="Cancel a run")
def cancel_run(request: ApiRequest, run: Path[IdText]) -> RunSummary:
    """What it has not generated, it never will. A run that has ended stays as it is."""
    cancel(run_of(request.auth.team, run))
    return summary_of(run_of(request.auth.team, run))


@router.post(
    "/runs/{run}/regrade",
    response=answers(200, RunSummary, 400, 404, 413),
    summary="Grade a run again",
)
def regrade_run(
    request: ApiRequest, run: Path[IdText], given: RegradeGiven | None = None
) -> RunSummary:
    """Reads the responses of a run that has ended anew, as the product does now; with a body, by
    another scorer from then on.

    It is done soon after this answer; a `regraded` event then says what changed.
    """
    found = run_of(request.auth.team, run)
    regrade_requests.ask(found, given.scoring if given else None)
    return summary_of(found)


@router.post(
    "/runs/{run}/retry", response=answers(200, RunSummary, 404), summary="Retry what failed"
)
def retry_run(request: ApiRequest, run: Path[IdText]) -> RunSummary:
    """Stopping again for the generations of an ended run that failed, and for nothing else."""
    retry.retry(run_of(request.auth.team, run))
    return summary_of(run_of(request.auth.team, run))


@router.post(
    "/runs/{run}/continue", response=answers(200, RunSummary, 404), summary="Continue a run"
)
def continue_run(request: ApiRequest, run: Path[IdText]) -> RunSummary:
    """Goes on with a run that was cancelled, or failed, before all of its questions were answered:
    what is there is kept, and only the rest is asked for."""
    continuing.continue_run(run_of(request.auth.team, run))
    return summary_of(run_of(request.auth.team, run))
