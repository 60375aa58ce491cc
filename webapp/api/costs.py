"""What runs cost, for programs: a run's, and a team's summed up."""

from typing import Annotated, Any

from ninja import Path, Query, Router
from pydantic import BaseModel, Field
from pydantic.json_schema import SkipJsonSchema

from webapp.accounts.rights import MANAGE
from webapp.api.auth import ApiRequest
from webapp.api.fields import IdText, OneOf, answers
from webapp.api.lookups import run_of
from webapp.experts.models import Expert
from webapp.progress.costs import costs_of
from webapp.progress.spent import MONTH, Spent, Wanted, first_of, spent, spent_by_expert

router = Router(tags=["Costs"])


class Cost(BaseModel):
    """Seconds and tokens of experts that are loaded here; those of endpoints apart."""

    loading_seconds: float = Field(description="Of one GPU: a load on two counts twice.")
    generating_seconds: float = Field(description="Of one GPU, with generations in flight.")
    tokens_read: int
    tokens_written: int
    endpoint_seconds: float = Field(description="In which endpoints were asked: no GPU's.")
    endpoint_tokens_read: int
    endpoint_tokens_written: int
    waiting_seconds: float = Field(
        description="In which it was asked for, and nothing was loaded or generated for it."
    )
    watt_hours: float | None = Field(
        description="Of the measured GPU seconds. Null: no GPU told its power."
    )
    measured_gpu_seconds: float = Field(description="Those in which the power is known.")


class ExpertCost(Cost):
    expert: int
    name: str


class RunCosts(BaseModel):
    wall_seconds: float = Field(description="In which the run was running.")
    waiting_seconds: float = Field(
        description="Of these, those in which nothing was loaded or generated for it."
    )
    experts: list[ExpertCost]


class SummedCost(Cost):
    """Null key: nobody is recorded."""

    month: str | None = Field(default=None, description="As 2026-05, in UTC.")
    person: int | None = None
    expert: int | None = None
    run: int | None = None
    runs: int


class SummedCosts(BaseModel):
    items: list[SummedCost]
    next: int | None = Field(default=None, description="Always null: all are here.")


class WantedCosts(BaseModel):
    by: Annotated[str, OneOf(["month", "person", "expert"])] = "month"
    month: str = Field(
        default="", pattern=f"^$|{MONTH}", description="In which the runs were started: 2026-05."
    )
    person: IdText | SkipJsonSchema[None] = Field(default=None, description="Who started them.")
    expert: IdText | SkipJsonSchema[None] = None


@router.get("/runs/{run}/costs", response=answers(200, RunCosts, 404), summary="Get a run's costs")
def get_run_costs(request: ApiRequest, run: Path[IdText]) -> RunCosts:
    """GPU seconds, tokens, waiting and energy of each expert; of a run that goes on, so far."""
    reckoned = costs_of(run_of(request.auth.team, run))
    names = Expert.objects.in_bulk([cost.expert_id for cost in reckoned.experts])
    rows = [spent_by_expert(cost) for cost in reckoned.experts]
    return RunCosts(
        wall_seconds=reckoned.cost.wall_seconds,
        waiting_seconds=reckoned.cost.waiting_seconds,
        experts=[
            ExpertCost(expert=row.key, name=names[row.key].name, **_figures(row)) for row in rows
        ],
    )


@router.get("/costs", response=answers(200, SummedCosts), summary="Sum up costs")
def list_costs(request: ApiRequest, wanted: Query[WantedCosts]) -> SummedCosts:
    """Of the runs that have ended. Who does not manage the team gets what they started."""
    caller = request.auth
    person = wanted.person if MANAGE in caller.may else caller.user.pk
    which = Wanted(first_of(wanted.month), person, wanted.expert)
    rows = spent(caller.team, which, wanted.by)
    return SummedCosts(
        items=[
            SummedCost(runs=row.runs, **{wanted.by: _key(row.key, wanted.by)}, **_figures(row))
            for row in rows
        ]
    )


def _key(key: Any, by: str) -> Any:
    return f"{key:%Y-%m}" if by == "month" else key


def _figures(row: Spent) -> dict[str, Any]:
    return {
        "loading_seconds": row.loading,
        "generating_seconds": row.generating,
        "tokens_read": row.read,
        "tokens_written": row.written,
        "endpoint_seconds": row.endpoint_seconds,
        "endpoint_tokens_read": row.endpoint_read,
        "endpoint_tokens_written": row.endpoint_written,
        "waiting_seconds": row.waiting,
        "watt_hours": row.watt_hours,
        "measured_gpu_seconds": row.measured,
    }
