"""What a pool's accuracy is with fewer seats and with more, cross-validated on its profile's."""

from ninja import Path, Router
from pydantic import BaseModel, Field

from webapp.api.auth import ApiRequest
from webapp.api.errors import ApiError
from webapp.api.fields import IdText, answers
from webapp.api.lookups import pool_of
from webapp.findings.pools import curves
from webapp.runs.lookups import newest_profile

router = Router(tags=["Pools"])


class CurvePoint(BaseModel):
    """How many seats; `method` to `stopping` are what a run is started by."""

    title: str
    method: str
    recruiter: str
    writer: str
    k: int
    stopping: str = Field(description="Empty: nobody who could not change the vote.")
    right: int = Field(description="Of the questions, cross-validated.")
    generations: float = Field(description="Responses to a question, on average.")
    difference: float = Field(description="Percentage points over three seats, same writer.")
    low: float = Field(description="Of its 95 % interval.")
    high: float
    better: str = Field(description="`second`: this one; `first`: three seats; `tied`.")


class Curve(BaseModel):
    profile: int
    ready: bool = Field(description="False while a worker is at it: ask again in some seconds.")
    problem: str = Field(description="Why nothing can be said; empty where something can.")
    questions: int = Field(description="Of the profile, with a gold answer.")
    points: list[CurvePoint] = Field(description="Writer by writer.")


@router.get(
    "/pools/{pool}/curve",
    response=answers(200, Curve, 404),
    summary="Get a pool's accuracy against generations",
)
def get_pool_curve(request: ApiRequest, pool: Path[IdText]) -> Curve:
    """By the pool's newest profile; a worker finds it once, and it is kept."""
    profile = newest_profile(pool_of(request.auth.team, pool))
    kept = curves.ask(profile) if profile else None
    if profile is None or kept is None:
        raise ApiError(404, "The pool has no profile yet: POST /profiles with it and a set.")
    found = kept.found if kept.ready else {}
    return Curve(
        profile=profile.pk,
        ready=kept.ready,
        problem=kept.problem,
        questions=found.get("questions", 0),
        points=found.get("points", []),
    )
