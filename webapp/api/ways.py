"""By which ways a pool's questions are best answered, cross-validated on its profile's."""

from ninja import Path, Router
from pydantic import BaseModel, Field

from webapp.api.auth import ApiRequest
from webapp.api.errors import ApiError
from webapp.api.fields import IdText, answers
from webapp.api.lookups import pool_of
from webapp.findings import ways
from webapp.runs.lookups import newest_profile

router = Router(tags=["Pools"])


class Way(BaseModel):
    """One way to answer; `method`, `recruiter`, `writer` and `k` are what a run is started by."""

    name: str
    title: str
    method: str
    recruiter: str = Field(description="Empty: the method's own.")
    writer: str
    k: int
    accuracy: float = Field(description="Percent of the profile's questions, cross-validated.")
    low: float = Field(description="Of its 95 % interval.")
    high: float
    seats: float = Field(description="Responses to a question, on average.")
    tied: bool = Field(description="Whether it cannot be told from the most accurate way.")


class Ways(BaseModel):
    profile: int
    ready: bool = Field(description="False while a worker is at it: ask again in some seconds.")
    problem: str = Field(description="Why nothing can be said; empty where something can.")
    questions: int = Field(description="Of the profile, with a gold answer.")
    ways: list[Way] = Field(description="The cheapest first.")
    best: str = Field(description="The cheapest at most a point under the most accurate; or empty.")
    cheapest: str = Field(
        description="The cheapest that cannot be told from it, or is the best; or empty."
    )


@router.get(
    "/pools/{pool}/ways",
    response=answers(200, Ways, 404),
    summary="Get the ways to answer that suit a pool",
)
def get_pool_ways(request: ApiRequest, pool: Path[IdText]) -> Ways:
    """By the pool's newest profile; a worker finds it once, and it is kept."""
    profile = newest_profile(pool_of(request.auth.team, pool))
    kept = ways.ask(profile) if profile else None
    if profile is None or kept is None:
        raise ApiError(404, "The pool has no profile yet: POST /profiles with it and a set.")
    found = kept.found if kept.ready else {}
    return Ways(
        profile=profile.pk,
        ready=kept.ready,
        problem=kept.problem,
        questions=found.get("questions", 0),
        ways=found.get("ways", []),
        best=found.get("best", ""),
        cheapest=found.get("cheapest", ""),
    )
