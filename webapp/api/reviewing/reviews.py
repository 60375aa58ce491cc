"""Reviews: what people say of answers, and the verdicts that a team gives."""

from datetime import datetime
from typing import Annotated

from ninja import Path, Query, Router, Status
from pydantic import BaseModel, Field

from webapp.accounts.models import Team
from webapp.api.auth import ApiRequest
from webapp.api.errors import ApiError, FieldProblem
from webapp.api.fields import (
    ANY_TEXT,
    TEXT,
    Given,
    IdText,
    OneOf,
    Page,
    Paging,
    answers,
    rows_of,
)
from webapp.api.lookups import answering_of
from webapp.reviews import saying
from webapp.reviews.export import as_row, reviews_of
from webapp.reviews.models import Meaning
from webapp.reviews.saying import Said
from webapp.reviews.verdicts import given_in, kinds_of, titles_of
from webapp.runs.models import Answer

router = Router(tags=["Reviews"])

Key = Annotated[str, Field(min_length=1, max_length=20, pattern=TEXT)]
LongText = Annotated[str, Field(max_length=2000, pattern=ANY_TEXT)]


class VerdictDetails(BaseModel):
    key: str = Field(description="What reviews and files say.")
    title: str
    description: str
    meaning: Annotated[str, OneOf(Meaning.values)] = Field(
        description="What it says of the outcome: "
        + "; ".join(f"`{meaning.value}`: {meaning.label}" for meaning in Meaning)
        + "."
    )
    retired: bool = Field(description="It is given no more.")


class Verdicts(BaseModel):
    items: list[VerdictDetails]


class ReviewDetails(BaseModel):
    run: int
    question_id: str = Field(description="The id that the file gives it.")
    row: int = Field(description="Its place in the file.")
    person: str = Field(description="The user name.")
    ruling: bool = Field(description="It settles what people said; an answer has one at most.")
    verdicts: list[str] = Field(description="Keys; `settled` in a ruling: the gold answer stands.")
    titles: list[str] = Field(description="The same in words.")
    note: str
    corrected: str | None = Field(description="What the answer should be.")
    quote: str | None = Field(description="What of a response is marked.")
    quoted: str | None = Field(description="The expert whose response it is.")
    created: datetime
    changed: datetime


class Words(Given):
    """What a person says of an answer."""

    verdicts: list[Key] = Field(min_length=1, max_length=9, description="Keys of verdicts.")
    note: LongText = ""
    corrected: LongText = Field(default="", description="What the answer should be.")


class NewReview(Words):
    question_id: str = Field(min_length=1, max_length=200, pattern=TEXT)


@router.get("/verdicts", response=answers(200, Verdicts), summary="List the team's verdicts")
def list_verdicts(request: ApiRequest) -> Verdicts:
    """In the order in which pages show them."""
    names = VerdictDetails.model_fields
    kinds = kinds_of(request.auth.team)
    return Verdicts(
        items=[VerdictDetails(**{name: getattr(kind, name) for name in names}) for kind in kinds]
    )


@router.get(
    "/runs/{run}/reviews",
    response=answers(200, Page[ReviewDetails], 404),
    summary="List a run's reviews",
)
def list_run_reviews(
    request: ApiRequest, run: Path[IdText], paging: Query[Paging]
) -> Page[ReviewDetails]:
    """In the order in which they were given first, rulings among them."""
    found = answering_of(request.auth.team, run)
    rows, following = rows_of(reviews_of(found, request.auth.user), paging)
    titles = titles_of(request.auth.team)
    return Page(items=[ReviewDetails(**as_row(row, titles)) for row in rows], next=following)


@router.post(
    "/runs/{run}/reviews",
    response=answers(201, ReviewDetails, 400, 404, 413),
    summary="Review an answer",
)
def give_review(request: ApiRequest, run: Path[IdText], given: NewReview) -> Status[ReviewDetails]:
    """In place of what the token's person said of it before, which stays in its history."""
    team = request.auth.team
    found = answering_of(team, run)
    rows = Answer.objects.select_related("question").filter(run=found, asked=True, stage=None)
    answer = rows.filter(question__key=given.question_id).first()
    if answer is None:
        message = f"{found} has no finished answer to a question “{given.question_id}”."
        raise ApiError(422, message, [FieldProblem(row=None, field="question_id", message=message)])
    answer.run = found
    review = saying.give(answer, request.auth.user, said_of(team, given))
    return Status(201, ReviewDetails(**as_row(review, titles_of(team))))


def said_of(team: Team, given: Words) -> Said:
    """Raises ApiError for what is no verdict of the team."""
    known = {kind.key for kind in given_in(team)}
    if unknown := [key for key in given.verdicts if key not in known]:
        message = f"“{unknown[0]}” is no verdict of your team: GET /verdicts for those there are."
        raise ApiError(422, message, [FieldProblem(row=None, field="verdicts", message=message)])
    return Said(list(dict.fromkeys(given.verdicts)), given.note, given.corrected)
