"""What each expert adds to a run, and whom a pool needs."""

from typing import Literal

from ninja import Path, Query, Router
from pydantic import BaseModel, Field
from pydantic.json_schema import SkipJsonSchema

from moe_core.paired import Paired
from webapp.api.auth import ApiRequest
from webapp.api.errors import ApiError
from webapp.api.fields import IdText, answers
from webapp.api.lookups import answering_of, pool_of
from webapp.findings import contributions
from webapp.findings.contributions import Told
from webapp.findings.pools import advice
from webapp.findings.pools.advice import Judged, Other
from webapp.runs.lookups import ready_profiles
from webapp.runs.models import Finding, Profile

router = Router(tags=["Advice"])


class Difference(BaseModel):
    """In percentage points, with its 95 % interval."""

    points: float
    low: float
    high: float
    p: float = Field(description="How often chance alone makes two equal ways differ that much.")


class ContributionDetails(BaseModel):
    """Counts are of judged questions."""

    expert: int
    seats: int
    seated: int = Field(description="Questions in which it holds a seat.")
    seated_right: int = Field(description="Of these, with a right answer of its own.")
    unique: int = Field(description="In which it alone of those seated is right.")
    unique_in_pool: int | None = Field(description="It alone of the pool, of `pool_questions`.")
    saved: int = Field(description="Answers that are right thanks to it.")
    broken: int = Field(description="Answers that are wrong because of it.")
    change_without: Difference
    recruited_again: bool = Field(
        description="Whether its seats then go to others; else they stay empty."
    )


class Contributions(BaseModel):
    ready: bool = Field(description="If not, ask again in a while: a worker finds it.")
    problem: str
    questions: int
    pool_questions: int = Field(description="That all of the pool have answered.")
    vote: str = Field(description="The vote that is counted; where an LLM wrote, its stand-in.")
    items: list[ContributionDetails] = Field(description="Who adds most first.")


class SubsetDetails(BaseModel):
    experts: list[int]
    right: int = Field(description="Of `questions`, none of which had a part in choosing it.")
    change: Difference = Field(description="Against the whole pool.")
    loads: int
    gpu_hours: float | None = Field(description="For 1,000 questions; null: not known.")
    largest_weight_bytes: int | None


class LimitDetails(BaseModel):
    limit: str
    best: SubsetDetails | None = Field(description="Null: it allows nobody.")


class WithinBudget(BaseModel):
    cost: str
    budget: float
    best: SubsetDetails | None = Field(
        description="Null: it allows nobody, or the cost is not known of these experts."
    )


class OtherDetails(BaseModel):
    expert: int
    change: Difference


class Advice(BaseModel):
    ready: bool = Field(description="If not, ask again in a while: a worker finds it.")
    problem: str
    profile: int
    questions: int
    sizes: list[SubsetDetails] = Field(description="The best of each size; the last is the pool.")
    limits: list[LimitDetails]
    within: WithinBudget | None = Field(description="For the budget that was asked for.")
    without: list[OtherDetails] = Field(description="The pool without each of its experts.")
    added: list[OtherDetails] = Field(
        description="The pool with each expert that was profiled on the same questions elsewhere."
    )


class Wanted(BaseModel):
    profile: IdText | SkipJsonSchema[None] = Field(
        default=None, description="Without it: the pool's newest that is ready."
    )
    cost: Literal["loads", "hours", "memory"] = Field(
        default="loads",
        description="What `budget` is of: experts that are loaded, hours of the GPU for 1,000"
        " questions, or GB of memory for the largest weights.",
    )
    budget: float | SkipJsonSchema[None] = Field(
        default=None, gt=0, description="The best subset for it is told as `within`."
    )


@router.get(
    "/runs/{run}/contributions",
    response=answers(200, Contributions, 400, 404),
    summary="Get what each expert adds",
)
def get_contributions(request: ApiRequest, run: Path[IdText]) -> Contributions:
    """By voting again without it, on responses that are there."""
    finding = contributions.ask(answering_of(request.auth.team, run))
    if finding is None:
        raise ApiError(422, "The run goes on: ask when it has ended.")
    found = finding.found
    return Contributions(
        ready=finding.ready,
        problem=finding.problem,
        questions=found.get("questions", 0),
        pool_questions=found.get("pool_questions", 0),
        vote=found.get("writer", ""),
        items=[_contribution(one) for one in contributions.told(finding)],
    )


@router.get(
    "/pools/{pool}/advice",
    response=answers(200, Advice, 400, 404),
    summary="Get whom a pool needs",
)
def get_pool_advice(request: ApiRequest, pool: Path[IdText], wanted: Query[Wanted]) -> Advice:
    """By the questions of `profile`, or of the newest that is ready; chosen on some of them, judged
    on the others."""
    profile = _profile(request, pool, wanted.profile)
    finding = advice.ask(profile)
    found = finding.found
    return Advice(
        ready=finding.ready,
        problem=finding.problem,
        profile=profile.pk,
        questions=found.get("questions", 0),
        sizes=[_subset(one) for one in found.get("sizes", [])],
        limits=[
            LimitDetails(limit=one["limit"], best=one["best"] and _subset(one["best"]))
            for one in found.get("limits", [])
        ],
        within=_within(finding, wanted),
        without=[_other(one) for one in found.get("without", [])],
        added=[_other(one) for one in found.get("added", [])],
    )


def _within(finding: Finding, wanted: Wanted) -> WithinBudget | None:
    if wanted.budget is None:
        return None
    best = advice.within(finding, wanted.cost, wanted.budget)
    return WithinBudget(cost=wanted.cost, budget=wanted.budget, best=best and _subset(best))


def _profile(request: ApiRequest, pool: int, profile: int | None) -> Profile:
    team = request.auth.team
    ready = ready_profiles(team).filter(pool=pool_of(team, pool))
    found = ready.filter(pk=profile) if profile is not None else ready.filter(archived=None)
    first = found.first()
    if first is None:
        raise ApiError(404, "The pool has no such profile that is ready: build one first.")
    return first


def _contribution(one: Told) -> ContributionDetails:
    told = {name: of for name, of in one.row.items() if name != "pairs"}
    return ContributionDetails(
        saved=one.saved,
        broken=one.broken,
        change_without=_difference(one.change),
        **told,
    )


def _subset(one: Judged) -> SubsetDetails:
    against = advice.against_all(one["pairs"])
    return SubsetDetails(
        experts=one["experts"],
        right=one["pairs"][0] + one["pairs"][2],
        change=_difference(against),
        loads=one["loads"],
        gpu_hours=one["hours"],
        largest_weight_bytes=one["bytes"],
    )


def _other(one: Other) -> OtherDetails:
    return OtherDetails(expert=one["expert"], change=_difference(advice.against_all(one["pairs"])))


def _difference(of: Paired) -> Difference:
    return Difference(points=of.difference, low=of.low, high=of.high, p=of.p)
