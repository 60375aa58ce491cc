"""Runs: start, follow, cancel, grade again, retry."""

from datetime import datetime
from typing import Annotated

from ninja import Path, Query, Router, Status
from pydantic import BaseModel, Field

from moe_core.methods import METHODS
from moe_core.recruiters import RECRUITERS
from webapp.api.auth import ApiRequest
from webapp.api.fields import Given, Id, IdText, OneOf, Page, Paging, answers, rows_of
from webapp.api.golds.gradings import Graded, gradings_of
from webapp.api.lookups import check_experts, pool_of, profile_of, question_set_of, run_of
from webapp.api.pools import Experts
from webapp.api.scorers import RegradeGiven
from webapp.execution.cancel import cancel
from webapp.execution.grading import regrade_requests
from webapp.execution.resuming import continuing, retry
from webapp.execution.settings import DECIDED, LARGEST_K, LARGEST_SEED, OLDER_NAMES, WRITER_CHOICES
from webapp.execution.start import submit_run
from webapp.progress import eta, loads
from webapp.progress.bars import bars_of
from webapp.progress.cutoffs import cut_offs
from webapp.progress.stand_ins import stand_ins
from webapp.progress.unread import warnings_of
from webapp.runs.found_skills import run_cautions
from webapp.runs.kept import kept
from webapp.runs.models import Run

router = Router(tags=["Runs"])

BOUND_SECONDS = 60  # for which the lower bound of an ended run is not counted again
Method = Annotated[str, OneOf(METHODS)]
Recruiter = Annotated[str, OneOf(RECRUITERS)]
Writer = Annotated[str, OneOf([*WRITER_CHOICES, *OLDER_NAMES])]
Kind = Annotated[str, OneOf(Run.Kind.values)]
SameBy = Annotated[str, OneOf(Run.SameBy.values)]
RunStatus = Annotated[str, OneOf(Run.Status.values)]


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
    left_out: Experts = Field(
        default=[], description="Experts of the pool that are not recruited in this run."
    )


class StartedRun(BaseModel):
    id: int
    warnings: list[str] = Field(description="What is wrong with the skills that it rests on.")


class Counts(BaseModel):
    done: int = Field(description="Well or badly.")
    failed: int
    total: int = Field(description="Grows while it is not known what later stages will ask for.")


class Stage(BaseModel):
    loads: int = Field(description="Stays on the GPU that served it.")
    distinct_experts: int = Field(description="Experts that were needed.")


class CutOffs(BaseModel):
    """Outputs of one expert and purpose that ended at a limit of tokens."""

    purpose: str
    expert: int
    count: int
    outputs: int = Field(description="That are done, cut off or not.")
    raise_limit: str = Field(
        description="What to raise: over 5 % were cut off, and at least three. Empty otherwise."
    )


class RunSummary(BaseModel):
    id: int
    kind: Kind
    method: str
    status: RunStatus
    problem: str = Field(description="Why it failed; empty otherwise.")
    question_set: int | None
    pool: int | None
    profile: int | None
    expert: int | None = Field(description="The one that was tried.")
    done: int = Field(description="Questions that have their verdict.")
    total: int = Field(description="Questions.")
    correct: int
    graded: int
    accuracy: float | None = Field(description="Percent of the graded questions.")
    unmatched: int = Field(description="Questions of which no skill told the experts apart.")
    gold_version: int = Field(description="Of its set's gold answers, that it is graded by.")
    created: datetime
    ended: datetime | None


class RunDetails(RunSummary):
    k: int
    seed: int
    left_out: list[int] = Field(description="Experts of the pool that were not recruited.")
    recruiter: str = Field(description="Who filled the seats; empty where nobody was recruited.")
    writer: str = Field(description="Who writes the answers: an LLM, a vote, or both.")
    aggregator: int | None = Field(description="The LLM that writes them; null: a vote does.")
    same_by: SameBy = Field(
        description="What makes two open answers the same, in votes and in all that counts them:"
        " what they mean (`value`), or, in a run of before, how they are spelled (`spelling`)."
    )
    scorer: str = Field(
        description="By which its responses are read and compared; empty: found by each question."
    )
    pattern: str = Field(description="Of the scorer `regex`.")
    regrading: bool = Field(description="Whether it is being graded again just now.")
    gradings: list[Graded] = Field(
        description="By each version of the gold answers; the earliest first."
    )
    generations: Counts
    stages: dict[str, Stage] = Field(description="Per purpose of a generation.")
    tokens: int = Field(description="Generated so far.")
    cut_off: list[CutOffs] = Field(description="The largest shares first; empty: none was.")
    warnings: list[str] = Field(
        description="What makes its figures say little: many responses in which no answer could be"
        " read. Empty: nothing does."
    )
    stood_in: int = Field(
        description="Final answers that the weighted vote gave, since the LLM stated none."
    )
    seconds_left: float | None = Field(
        description="By measured loads and token rates, with all that shares its experts. Null when"
        " the run has ended, nothing was measured yet, or no worker is at work on it."
    )
    wall_seconds: float | None = Field(description="Null until the run has ended.")
    lower_bound_seconds: float | None = Field(
        description="What a GPU that never waits would need. Null until the run has ended."
    )


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
        left_out=new.left_out,
    )
    return Status(201, StartedRun(id=run.pk, warnings=run_cautions(run)))


@router.get("/runs", response=answers(200, Page[RunSummary]), summary="List the team's runs")
def list_runs(request: ApiRequest, paging: Query[Paging]) -> Page[RunSummary]:
    """The newest first, those that build profiles among them."""
    runs = Run.objects.filter(team=request.auth.team)
    rows, following = rows_of(runs, paging, newest_first=True)
    return Page(items=[_summary(row) for row in rows], next=following)


@router.get("/runs/{run}", response=answers(200, RunDetails, 404), summary="Get a run")
def get_run(request: ApiRequest, run: Path[IdText]) -> RunDetails:
    """How far it is, how well it did, and what it cost."""
    return _details(run_of(request.auth.team, run))


@router.post("/runs/{run}/cancel", response=answers(200, RunSummary, 404), summary="Cancel a run")
def cancel_run(request: ApiRequest, run: Path[IdText]) -> RunSummary:
    """What it has not generated, it never will. A run that has ended stays as it is."""
    cancel(run_of(request.auth.team, run))
    return _summary(run_of(request.auth.team, run))


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
    return _summary(found)


@router.post(
    "/runs/{run}/retry", response=answers(200, RunSummary, 404), summary="Retry what failed"
)
def retry_run(request: ApiRequest, run: Path[IdText]) -> RunSummary:
    """Asks again for the generations of an ended run that failed, and for nothing else."""
    retry.retry(run_of(request.auth.team, run))
    return _summary(run_of(request.auth.team, run))


@router.post(
    "/runs/{run}/continue", response=answers(200, RunSummary, 404), summary="Continue a run"
)
def continue_run(request: ApiRequest, run: Path[IdText]) -> RunSummary:
    """Goes on with a run that was cancelled, or failed, before all of its questions were answered:
    what is there is kept, and only the rest is asked for."""
    continuing.continue_run(run_of(request.auth.team, run))
    return _summary(run_of(request.auth.team, run))


def _summary(run: Run) -> RunSummary:
    return RunSummary(
        id=run.pk,
        kind=run.kind,
        method=run.method,
        status=run.status,
        problem=run.problem,
        question_set=run.question_set_id,
        pool=run.pool_id,
        profile=run.profile_id,
        expert=run.expert_id,
        done=run.finished,
        total=run.questions,
        correct=run.correct,
        graded=run.graded,
        accuracy=run.accuracy,
        unmatched=run.unmatched,
        gold_version=run.gold_version,
        created=run.created,
        ended=run.ended,
    )


def _details(run: Run) -> RunDetails:
    progress = list(run.progress.select_related("expert"))
    bars = bars_of(run, progress)
    over = run.ended is not None
    return RunDetails(
        **_summary(run).model_dump(),
        k=run.k,
        seed=run.seed,
        left_out=run.left_out,
        aggregator=run.aggregator_id,
        recruiter=run.recruiter,
        writer=run.writer,
        same_by=run.same_by,
        scorer=run.scorer,
        pattern=run.pattern,
        regrading=run.regrading,
        gradings=gradings_of(run),
        generations=Counts(
            done=sum(bar.ended for bar in bars),
            failed=sum(bar.failed for bar in bars),
            total=sum(bar.total for bar in bars),
        ),
        stages={bar.purpose: Stage(**bar.figures) for bar in bars if bar.figures},
        tokens=sum(row.tokens for row in progress),
        cut_off=[
            CutOffs(
                purpose=of.purpose,
                expert=of.expert.pk,
                count=of.count,
                outputs=of.done,
                raise_limit=of.limit,
            )
            for of in cut_offs(run, progress)
        ],
        warnings=warnings_of(run),
        stood_in=stood.count if (stood := stand_ins(run)) else 0,
        seconds_left=None if over else eta.seconds_left(run),
        wall_seconds=loads.wall_seconds([run]) if over else None,
        lower_bound_seconds=_lower_bound(run) if over else None,
    )


def _lower_bound(run: Run) -> float:
    """Counting it reads all generations of the run."""
    return kept("bound", run, count=lambda: loads.lower_bound_seconds([run]), seconds=BOUND_SECONDS)
