"""Pools: the experts that a team routes among."""

from datetime import datetime
from typing import Annotated

from django.core.exceptions import ValidationError
from ninja import Path, Query, Router, Status
from pydantic import BaseModel, Field

from moe_core.merging import APART, MERGINGS
from webapp.api.auth import ApiRequest
from webapp.api.errors import ApiError, saved
from webapp.api.fields import Given, Id, IdText, KeptPaging, Name, OneOf, Page, answers, rows_of
from webapp.api.lookups import check_experts, expert_of, pool_of
from webapp.experts.forms import PoolForm
from webapp.experts.memory.fits import Fit, Verdict
from webapp.experts.models import Pool
from webapp.experts.pool_memory import ExpertMemory, PoolMemory, memory_of
from webapp.experts.variants import Replacement, variant
from webapp.queue.gpus import worker_machine

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
    merging: Annotated[str, OneOf(MERGINGS)] = Field(
        default=APART.name,
        description="Which near-equal skills a profile counts as one: "
        + "; ".join(f"`{policy.name}`, {policy.title}" for policy in MERGINGS.values())
        + ".",
    )
    is_structured: bool = Field(
        default=False,
        description="Whether the annotator can write nothing but a list of 2 to 5 skills, where"
        " its engine can hold it to that.",
    )


class PoolCopy(Given):
    name: Name | None = Field(default=None, description="Null: one is made.")
    replace: Id | None = Field(
        default=None, description="An expert of the pool whose place `by` takes; null: nobody's."
    )
    by: Id | None = Field(default=None, description="The new expert; null: none, as it is.")


class PoolDetails(BaseModel):
    id: int
    name: str
    experts: list[int]
    annotator: int | None
    aggregators: list[int]
    embedder: str
    merging: str
    is_structured: bool
    archived: datetime | None
    created: datetime


class Place(BaseModel):
    """This machine, or a GPU as it is sold, for machines without one."""

    name: str
    bytes: int = Field(description="Of one GPU's memory, or what is free of the host's.")


class PlaceFit(BaseModel):
    """What happens when vLLM loads an expert there."""

    place: str
    verdict: Annotated[str, OneOf(verdict.value for verdict in Verdict)]
    sentence: str = Field(description="The verdict for people, with what to do.")
    tokens: int = Field(description="Of the context that it has then, or could be given.")
    at_once: int = Field(description="Sequences of that length that the cache holds.")


class ExpertFits(BaseModel):
    """What an expert takes of memory."""

    expert: int
    sizes: str = Field(description="Where its sizes are from; empty: they are not known.")
    verified: bool = Field(description="Whether published sizes were checked at their source.")
    weight_bytes: int = Field(description="Of all GPUs together.")
    cache_bytes_per_token: int = Field(description="On each GPU.")
    fits: list[PlaceFit] = Field(description="In the order of the places.")
    on_cpu: str = Field(
        description="How it runs on this machine's CPU: number format, threads, cache; empty on a"
        " GPU, and where it does not load."
    )


class MemoryDetails(BaseModel):
    """Estimates, made without loading anything."""

    places: list[Place]
    experts: list[ExpertFits] = Field(description="Those that vLLM runs here, by name.")
    sleep_bytes: int = Field(description="Of host memory, for weights of experts that sleep.")
    sleepers: int = Field(description="Experts that can sleep while another is loaded.")
    could_sleep: int = Field(description="The same with half of the memory for them.")


@router.post("/pools", response=answers(201, PoolDetails, 400, 404, 413), summary="Make a pool")
def make_pool(request: ApiRequest, new: NewPool) -> Status[PoolDetails]:
    """Experts are named by id."""
    team = request.auth.team
    check_experts(team, new.experts, "experts")
    check_experts(team, new.aggregators, "aggregators")
    check_experts(team, [new.annotator] if new.annotator else [], "annotator")
    form = PoolForm(new.model_dump(), team=team)
    return Status(201, _details(saved(form)))


@router.post(
    "/pools/{pool}/copies",
    response=answers(201, PoolDetails, 400, 404, 413),
    summary="Make a pool from another one",
)
def copy_pool(request: ApiRequest, pool: Path[IdText], new: PoolCopy) -> Status[PoolDetails]:
    """As it is, with one expert in another's place, or with one more. The first stays; a profile of
    the new one asks only who has not answered its validation set before."""
    team, replacement = request.auth.team, None
    found = pool_of(team, pool)
    if new.by is not None:
        out = expert_of(team, new.replace, "replace") if new.replace is not None else None
        replacement = Replacement(out, expert_of(team, new.by, "by"))
    elif new.replace is not None:
        raise ApiError(422, "Give `by` too: an expert is replaced by another one.")
    try:
        return Status(201, _details(variant(found, replacement, new.name or "")))
    except ValidationError as wrong:
        raise ApiError(422, " ".join(wrong.messages)) from None


@router.get("/pools", response=answers(200, Page[PoolDetails]), summary="List the team's pools")
def list_pools(request: ApiRequest, paging: Query[KeptPaging]) -> Page[PoolDetails]:
    """The oldest first."""
    pools = Pool.objects.filter(team=request.auth.team, archived__isnull=not paging.archived)
    rows, following = rows_of(pools.prefetch_related("experts", "aggregators"), paging)
    return Page(items=[_details(row) for row in rows], next=following)


@router.get("/pools/{pool}", response=answers(200, PoolDetails, 404), summary="Get a pool")
def get_pool(request: ApiRequest, pool: Path[IdText]) -> PoolDetails:
    """Its experts, by id."""
    return _details(pool_of(request.auth.team, pool))


@router.get(
    "/pools/{pool}/memory",
    response=answers(200, MemoryDetails, 404),
    summary="Get what a pool's experts take of memory",
)
def get_pool_memory(request: ApiRequest, pool: Path[IdText]) -> MemoryDetails:
    """Whether each fits this machine and with which context; without a GPU, GPUs of four sizes."""
    machine = worker_machine()
    return _memory(memory_of(pool_of(request.auth.team, pool), machine.gpus, machine.host_bytes))


def _memory(found: PoolMemory) -> MemoryDetails:
    return MemoryDetails(
        places=[Place(name=place.name, bytes=place.total_bytes) for place in found.places],
        experts=[_expert_fits(row, found) for row in found.rows],
        sleep_bytes=found.sleep_bytes,
        sleepers=found.sleepers,
        could_sleep=found.could_sleep,
    )


def _expert_fits(row: ExpertMemory, found: PoolMemory) -> ExpertFits:
    return ExpertFits(
        expert=row.expert.pk,
        sizes=row.shape.origin if row.shape else "",
        verified=row.shape.is_verified if row.shape else False,
        weight_bytes=row.shape.weight_bytes() if row.shape else 0,
        cache_bytes_per_token=row.here.token_bytes,
        fits=[
            _place_fit(fit, place.name) for fit, place in zip(row.fits, found.places, strict=True)
        ],
        on_cpu=row.on_cpu.sentence if row.on_cpu else "",
    )


def _place_fit(fit: Fit, place: str) -> PlaceFit:
    return PlaceFit(
        place=place,
        verdict=fit.verdict.value,
        sentence=fit.sentence,
        tokens=fit.tokens,
        at_once=fit.at_once,
    )


def _details(row: Pool) -> PoolDetails:
    return PoolDetails(
        id=row.pk,
        name=row.name,
        experts=sorted(expert.pk for expert in row.experts.all()),
        annotator=row.annotator_id,
        aggregators=sorted(expert.pk for expert in row.aggregators.all()),
        embedder=row.embedder,
        merging=row.merging,
        is_structured=row.is_structured,
        archived=row.archived,
        created=row.created,
    )
