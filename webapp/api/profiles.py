"""Profiles: what the experts of a pool are good at, measured on a validation set."""

from datetime import datetime
from typing import Literal

from django.db.models import Min, Q, QuerySet
from ninja import Path, Query, Router, Status
from pydantic import BaseModel, Field

from webapp.accounts.models import Team
from webapp.api.auth import ApiRequest
from webapp.api.fields import Given, Id, IdText, KeptPaging, Page, answers, rows_of
from webapp.api.lookups import pool_of, profile_of, question_set_of
from webapp.execution.start import submit_profile
from webapp.runs.found_skills import THIN, FoundSkills, found_skills, found_skills_of
from webapp.runs.lookups import Asked, asked_by
from webapp.runs.models import Profile, Run

router = Router(tags=["Profiles"])


class NewProfile(Given):
    pool: Id
    question_set: Id = Field(description="A validation set with gold answers.")
    reuse: bool = Field(
        default=True,
        description="Whether what experts have answered for earlier profiles on the set is taken"
        " over, where they were asked in the same way; else everybody is asked.",
    )

    part: Literal["all", "half", "third"] = Field(
        default="all",
        description="How much of the set each expert is asked that is asked at all. `third` needs"
        " others of the pool that have answered the set. The rest can be asked later: build a"
        " profile of `all`, with `reuse`.",
    )


class StartedProfile(BaseModel):
    id: int
    run: int = Field(description="The run that builds it: GET /runs/{id} says how far it is.")


class ProfileSkills(BaseModel):
    """What skills the validation questions have, as far as the profile's run has read them."""

    questions: int
    with_skill: int = Field(description="Questions that have a skill.")
    skills: int
    thin: int = Field(description=f"Skills of fewer than {THIN} questions.")
    merged: int = Field(description="Names that are counted under a near-equal one.")
    doubtful: list[str] = Field(description="Names that look like no skill, or like an answer.")
    warning: str = Field(description="What is wrong and what to do; mostly empty.")


class ProfileDetails(BaseModel):
    id: int
    name: str = Field(description="As somebody called it, or made from pool and question set.")
    pool: int
    question_set: int
    run: int | None = Field(description="The run that builds it.")
    questions: int = Field(description="How many of the set's questions its run asks somebody.")
    asked_fewer: dict[str, int] = Field(
        description="How many each expert is asked that is not asked all of these, by its id."
    )
    ready: bool
    version: int = Field(description="From 2 on: of the responses of another one, graded again.")
    made_from: int | None = Field(description="That other one.")
    proposed: bool = Field(description="Whether somebody has yet to accept it.")
    ranked: bool = Field(description="Whether the pool's aggregators are ranked on it.")
    aggregator: int | None = Field(description="The expert that ranking decided for, if any.")
    decision: str = Field(description="Why, in words.")
    skills: ProfileSkills | None = Field(description="Null until its run has read a question.")
    archived: datetime | None
    created: datetime


@router.post(
    "/profiles", response=answers(201, StartedProfile, 400, 404, 413), summary="Build a profile"
)
def build_profile(request: ApiRequest, new: NewProfile) -> Status[StartedProfile]:
    """Every expert of the pool answers the validation questions; the profile comes out of that."""
    team, user = request.auth.team, request.auth.user
    pool, questions = pool_of(team, new.pool), question_set_of(team, new.question_set)
    run = submit_profile(team, user, pool, questions, reuse=new.reuse, part=new.part)
    assert run.profile_id is not None
    return Status(201, StartedProfile(id=run.profile_id, run=run.pk))


@router.get(
    "/profiles", response=answers(200, Page[ProfileDetails]), summary="List the team's profiles"
)
def list_profiles(request: ApiRequest, paging: Query[KeptPaging]) -> Page[ProfileDetails]:
    """The newest first."""
    found = _profiles(request.auth.team).filter(archived__isnull=not paging.archived)
    rows, following = rows_of(found, paging, newest_first=True)
    skills, asked = found_skills_of(rows), asked_by(rows)
    items = [_details(row, skills.get(row.pk), asked.get(row.pk)) for row in rows]
    return Page(items=items, next=following)


@router.get(
    "/profiles/{profile}", response=answers(200, ProfileDetails, 404), summary="Get a profile"
)
def get_profile(request: ApiRequest, profile: Path[IdText]) -> ProfileDetails:
    """Whether it can be used, and by which run it is built."""
    profile_of(request.auth.team, profile)
    row = _profiles(request.auth.team).get(pk=profile)
    return _details(row, found_skills(row), asked_by([row]).get(row.pk))


def _profiles(team: Team) -> QuerySet[Profile]:
    builds = Q(runs__kind=Run.Kind.PROFILE)
    rows = Profile.objects.filter(team=team).select_related("pool", "question_set")
    return rows.annotate(built_by=Min("runs", filter=builds))


def _details(row: Profile, found: FoundSkills | None, asked: Asked | None) -> ProfileDetails:
    return ProfileDetails(
        id=row.pk,
        name=str(row),
        pool=row.pool_id,
        question_set=row.question_set_id,
        run=row.built_by,  # type: ignore[attr-defined]
        questions=asked.questions if asked else 0,
        asked_fewer={str(key): n for key, n in asked.fewer.items()} if asked else {},
        ready=row.ready,
        version=row.version,
        made_from=row.made_from_id,
        proposed=row.proposed,
        ranked=row.ranked,
        aggregator=row.aggregator_id,
        decision=row.decision,
        skills=ProfileSkills.model_validate(found, from_attributes=True) if found else None,
        archived=row.archived,
        created=row.created,
    )
