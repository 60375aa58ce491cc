"""Pools: the experts that a team routes among."""

from datetime import datetime
from typing import Annotated

from ninja import Path, Query, Router, Status
from pydantic import BaseModel, Field

from webapp.api.auth import ApiRequest
from webapp.api.errors import saved
from webapp.api.fields import Given, Id, IdText, Name, OneOf, Page, Paging, answers, rows_of
from webapp.api.lookups import check_experts, pool_of
from webapp.experts.forms import PoolForm
from webapp.experts.models import Pool

router = Router(tags=["Pools"])

MOST_EXPERTS = 1000
Embedder = Annotated[str, OneOf(Pool.Embedder.values)]
Experts = Annotated[list[Id], Field(max_length=MOST_EXPERTS)]


class NewPool(Given):
    name: Name
    experts: Experts = Field(min_length=1, description="Whom questions may be routed to.")
    annotator: Id | None = Field(
        default=None,
        description="The LLM that names a question's skills; null: the embedder finds them.",
    )
    aggregators: Experts = Field(
        default=[], description="Who may write the final answers; empty: every expert."
    )
    embedder: Embedder = Pool.Embedder.MINILM.value


class PoolDetails(BaseModel):
    id: int
    name: str
    experts: list[int]
    annotator: int | None
    aggregators: list[int]
    embedder: str
    created: datetime


@router.post("/pools", response=answers(201, PoolDetails, 400, 404, 413), summary="Make a pool")
def make_pool(request: ApiRequest, new: NewPool) -> Status[PoolDetails]:
    """Experts are named by id."""
    team = request.auth.team
    check_experts(team, new.experts, "experts")
    check_experts(team, new.aggregators, "aggregators")
    check_experts(team, [new.annotator] if new.annotator else [], "annotator")
    form = PoolForm(new.model_dump(), team=team)
    return Status(201, _details(saved(form)))


@router.get("/pools", response=answers(200, Page[PoolDetails]), summary="List the team's pools")
def list_pools(request: ApiRequest, paging: Query[Paging]) -> Page[PoolDetails]:
    """The oldest first."""
    pools = Pool.objects.filter(team=request.auth.team)
    rows, following = rows_of(pools.prefetch_related("experts", "aggregators"), paging)
    return Page(items=[_details(row) for row in rows], next=following)


@router.get("/pools/{pool}", response=answers(200, PoolDetails, 404), summary="Get a pool")
def get_pool(request: ApiRequest, pool: Path[IdText]) -> PoolDetails:
    """Its experts, by id."""
    return _details(pool_of(request.auth.team, pool))


def _details(row: Pool) -> PoolDetails:
    return PoolDetails(
        id=row.pk,
        name=row.name,
        experts=sorted(expert.pk for expert in row.experts.all()),
        annotator=row.annotator_id,
        aggregators=sorted(expert.pk for expert in row.aggregators.all()),
        embedder=row.embedder,
        created=row.created,
    )
