"""Whether routing pays for a pool: ways to answer, cross-validated on its profile's questions."""

from collections.abc import Mapping
from typing import Annotated, Any

from ninja import Path, Query, Router
from pydantic import BaseModel, Field

from moe_core.pays import Pays
from webapp.api.auth import ApiRequest
from webapp.api.errors import ApiError
from webapp.api.fields import IdText, OneOf, answers
from webapp.api.lookups import pool_of, profile_of
from webapp.findings.pools import ways
from webapp.runs.lookups import newest_profile

router = Router(tags=["Pools"])


class WayOver(BaseModel):
    points: float = Field(description="Percentage points; above 0: more often right.")
    half: float = Field(
        description="Half of its 95 % interval. Those of all ways and anchors hold together."
    )


class WayLooks(BaseModel):
    """The same way if what answers look like counts in its vote, too."""

    accuracy: float
    points: float = Field(description="More than without.")
    low: float = Field(description="Of its own 95 % interval.")
    high: float


class Way(BaseModel):
    """One way to answer; `method` to `stopping` are what a run is started by. Figures are without
    the looks of answers."""

    name: str
    title: str
    method: str
    recruiter: str = Field(description="Empty: the method's own.")
    writer: str
    k: int
    stopping: str = Field("", description="Empty: as a run asks that is not told.")
    routes: bool = Field(description="Whether the question has a say in who answers it.")
    accuracy: float = Field(description="Percent of the profile's questions, cross-validated.")
    low: float = Field(description="Of its 95 % interval.")
    high: float
    seats: float = Field(description="Responses to a question, on average.")
    cost: float = Field(
        description="Of a question, skills included where they are read: GPU seconds where they are"
        " `measured`, else outputs."
    )
    over: dict[str, WayOver] = Field(
        description="How much better it is than what asks the same experts for every question: the"
        " best one (`single`) and the best three (`three-best`)."
    )
    tied: bool = Field(description="Whether it cannot be told from the most accurate way.")
    looks: WayLooks | None = Field(description="Null: its vote knows of no looks.")


class Ways(BaseModel):
    profile: int
    ready: bool = Field(description="False while a worker is at it: ask again in some seconds.")
    problem: str = Field(description="Why nothing can be said; empty where something can.")
    questions: int = Field(description="Of the profile, with a gold answer.")
    pays: Annotated[str, OneOf(["", *(of.value for of in Pays)])] = Field(
        description="Whether routing pays: `yes`; `in cost`, where it is as good for less; `no`;"
        " `worse`; `untold` by these questions; `alone`, in a pool of one. Empty: not known yet."
    )
    answer: str = Field(description="The same in a sentence.")
    difference: WayOver | None = Field(
        description="That the sentence tells: of the best way that routes over one that does not."
    )
    measured: bool = Field(description="Whether costs are GPU seconds.")
    ways: list[Way] = Field(description="The cheapest first.")
    best: str = Field(
        description="What a new run takes: a way that routes where that pays, else the cheapest way"
        " without, at most a point under the better one. Empty: not known."
    )
    cheapest: str = Field(
        description="The cheapest that cannot be told from the most accurate, or is the best; or"
        " empty."
    )


class OfProfile(BaseModel):
    profile: IdText | None = Field(default=None, description="Null: the pool's newest.")


@router.get(
    "/pools/{pool}/ways",
    response=answers(200, Ways, 404),
    summary="Get whether routing pays for a pool, and the ways to answer",
)
def get_pool_ways(request: ApiRequest, pool: Path[IdText], wanted: Query[OfProfile]) -> Ways:
    """By a profile of the pool; a worker finds it once, and it is kept."""
    team = request.auth.team
    of = pool_of(team, pool)
    profile = newest_profile(of)
    if wanted.profile is not None:
        profile = profile_of(team, wanted.profile)
        if profile.pool_id != of.pk:
            raise ApiError(404, f"That profile belongs to {profile.pool}, not to {of}.")
    kept = ways.ask(profile) if profile else None
    if profile is None or kept is None:
        raise ApiError(404, "The pool has no such profile that is ready: POST /profiles makes one.")
    given: Mapping[str, Any] = ways.found_in(kept) or NOTHING
    return Ways(profile=profile.pk, ready=kept.ready, problem=kept.problem, **given)


NOTHING = {
    "questions": 0, "pays": "", "answer": "", "difference": None, "measured": False, "ways": [],
    "best": "", "cheapest": "",
}  # fmt: skip
