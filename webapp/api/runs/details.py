"""A run as programs read it."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field

from webapp.api.fields import OneOf
from webapp.api.golds.gradings import Graded, gradings_of
from webapp.experts.told import told
from webapp.progress import eta, loads
from webapp.progress.bars import bars_of
from webapp.progress.cutoffs import cut_offs
from webapp.progress.stand_ins import stand_ins
from webapp.progress.unread import warnings_of
from webapp.runs.kept import kept
from webapp.runs.models import Run

BOUND_SECONDS = 60  # for which the lower bound of an ended run is not counted again
Kind = Annotated[str, OneOf(Run.Kind.values)]
SameBy = Annotated[str, OneOf(Run.SameBy.values)]
RunStatus = Annotated[str, OneOf(Run.Status.values)]


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
    title: str = Field(description="As somebody called it, or made from what it does.")
    tags: list[str]
    notes: str = Field(description="In Markdown.")
    owner: int | None = Field(description="Null: not recorded.")
    baseline: bool = Field(description="Whether it is its question set's baseline.")
    archived: datetime | None = Field(description="Since when; null: it is not.")
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
    looks: bool = Field(
        description="Whether what answers look like counts; false where no vote could count it."
    )
    stopping: str = Field(description="Which of the seats are asked: a stopping rule's name.")
    unasked: int = Field(
        description="Seats of finished questions that were not asked, as they could not have"
        " changed the answer."
    )
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


def summary_of(run: Run) -> RunSummary:
    return RunSummary(
        id=run.pk,
        title=run.title,
        tags=run.tags,
        notes=run.notes,
        owner=run.owner_id,
        baseline=run.baseline,
        archived=run.archived,
        kind=run.kind,
        method=run.method,
        status=run.status,
        problem=told(run.problem),
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


def details_of(run: Run) -> RunDetails:
    progress = list(run.progress.select_related("expert"))
    bars = bars_of(run, progress)
    over = run.ended is not None
    return RunDetails(
        **summary_of(run).model_dump(),
        k=run.k,
        seed=run.seed,
        left_out=run.left_out,
        aggregator=run.aggregator_id,
        recruiter=run.recruiter,
        writer=run.writer,
        stopping=run.stopping,
        unasked=run.unasked,
        looks=run.counts_looks,
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
