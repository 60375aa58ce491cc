"""Experts, and what one is good at."""

import json
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

from ninja import Path, Query, Router, Status
from pydantic import BaseModel, Field, create_model
from pydantic.json_schema import SkipJsonSchema

from webapp.api import settings
from webapp.api.auth import ApiRequest, Caller
from webapp.api.errors import ApiError, saved
from webapp.api.fields import (
    ANY_TEXT,
    TEXT,
    Given,
    IdText,
    Name,
    OneOf,
    Page,
    Paging,
    answers,
    rows_of,
)
from webapp.api.lookups import expert_of, profile_of
from webapp.experts.engines import ENGINES, GENERATING
from webapp.experts.facts import facts_of
from webapp.experts.forms import ExpertForm
from webapp.experts.models import Expert
from webapp.experts.told import named, told
from webapp.runs.lookups import ready_profiles
from webapp.runs.models import Profile, ProfileCell

router = Router(tags=["Experts"])

Engine = Annotated[str, OneOf(ENGINES)]
NewEngine = Annotated[str, OneOf(engine.name for engine in GENERATING)]


def _default(field: str) -> Any:
    """What the page's form holds before anybody writes into it."""
    return getattr(Expert(), field)


class _NewExpert(Given):
    """What every engine's experts have."""

    name: Name
    engine: NewEngine = _default("engine")
    source: str = Field(
        min_length=1,
        max_length=500,
        pattern=TEXT,
        description="A Hugging Face id such as Qwen/Qwen2.5-7B-Instruct, the path of a folder, or"
        " the name of an endpoint's model.",
    )
    caution: str = Field(default="", pattern=ANY_TEXT)


class _ExpertDetails(BaseModel):
    id: int
    name: str
    engine: Engine
    source: str
    caution: str
    problem: str = Field(description="Why it cannot be used now; empty when it can.")
    load_seconds: float | None
    tokens_per_second: float | None
    licence: str = Field(description="As the checkpoint's files say it; empty: not known.")
    parameters: int | None = Field(description="Counted or published; null: not known.")
    made_for: int | None = Field(description="Tokens of the model's own context, where known.")
    created: datetime


if TYPE_CHECKING:  # settings are taken from the fields that hold them
    NewExpert = _NewExpert
    ExpertDetails = _ExpertDetails
else:
    NewExpert = create_model(
        "NewExpert",
        __base__=_NewExpert,
        __doc__="The fields of the page that adds an expert.",
        **settings.sent(),
    )
    ExpertDetails = create_model("ExpertDetails", __base__=_ExpertDetails, **settings.read())


class Cell(BaseModel):
    """How an expert did on the validation questions that need one skill."""

    skill: str
    right: int
    wrong: int
    score: int = Field(description="right minus wrong")


class Which(BaseModel):
    profile: IdText | SkipJsonSchema[None] = Field(
        default=None, description="Without it: the team's newest that has the expert."
    )


class ExpertProfile(BaseModel):
    expert: int
    profile: int
    cells: list[Cell] = Field(description="The best skills first.")


@router.post("/experts", response=answers(201, ExpertDetails, 400, 413), summary="Add an expert")
def add_expert(request: ApiRequest, new: NewExpert) -> Status[ExpertDetails]:
    """For the whole installation, so only its owners may."""
    given = new.model_dump()
    texts = {name: json.dumps(given[name]) for name in settings.AS_TEXT}
    form = ExpertForm(given | texts)
    return Status(201, _details(saved(form), request.auth))


@router.get("/experts", response=answers(200, Page[ExpertDetails]), summary="List experts")
def list_experts(request: ApiRequest, paging: Query[Paging]) -> Page[ExpertDetails]:
    """The installation's, and the team's own recorded ones; the oldest first."""
    rows, following = rows_of(Expert.objects.of(request.auth.team), paging)
    return Page(items=[_details(row, request.auth) for row in rows], next=following)


@router.get("/experts/{expert}", response=answers(200, ExpertDetails, 404), summary="Get an expert")
def get_expert(request: ApiRequest, expert: Path[IdText]) -> ExpertDetails:
    """How it is run, and what its last load measured."""
    return _details(expert_of(request.auth.team, expert), request.auth)


@router.get(
    "/experts/{expert}/profile",
    response=answers(200, ExpertProfile, 404),
    summary="Get what an expert is good at",
)
def get_expert_profile(
    request: ApiRequest, expert: Path[IdText], which: Query[Which]
) -> ExpertProfile:
    """Skill by skill, as one profile measured it."""
    found = expert_of(request.auth.team, expert)
    chosen = _profile(request, found, which.profile)
    cells = [
        Cell(skill=skill, right=right, wrong=wrong, score=right - wrong)
        for skill, right, wrong in ProfileCell.objects.filter(
            profile=chosen, expert=found
        ).values_list("skill", "right", "wrong")
    ]
    cells.sort(key=lambda cell: (-cell.score, cell.skill))
    return ExpertProfile(expert=found.pk, profile=chosen.pk, cells=cells)


def _profile(request: ApiRequest, expert: Expert, wanted: int | None) -> Profile:
    """Raises ApiError."""
    team = request.auth.team
    if wanted is not None:
        chosen = profile_of(team, wanted)
        if not chosen.ready:
            raise ApiError(404, "That profile is still being built: wait until its run is done.")
        return chosen
    there = ProfileCell.objects.filter(expert=expert).values("profile")
    newest = ready_profiles(team).filter(pk__in=there).order_by("-pk").first()
    if newest is None:
        raise ApiError(404, f"No profile has {expert} yet: POST /profiles with its pool.")
    return newest


def _details(row: Expert, caller: Caller) -> ExpertDetails:
    copied = {name: getattr(row, name) for name in _COPIED}
    copied["problem"] = told(row.problem, caller.may.own)
    copied["source"] = named(row.source, caller.may.own)
    return ExpertDetails(id=row.pk, **copied, **_known(row))


def _known(row: Expert) -> dict[str, Any]:
    """Of the model, without loading it: no number that only its name promises."""
    facts = facts_of(row)
    size = facts.size if facts.size and facts.size.is_counted else None
    return {
        "licence": facts.licence,
        "parameters": int(size.parameters) if size else None,
        "made_for": facts.context or None,
    }


_KNOWN = {"licence", "parameters", "made_for"}
_COPIED = [name for name in ExpertDetails.model_fields if name not in {"id", *_KNOWN}]
