"""Review queues: what is asked of whom, item by item, and how far people agree."""

from datetime import datetime
from typing import Annotated, Any

from ninja import Path, Query, Router, Status
from pydantic import BaseModel, Field

from moe_core.agreement import Agreement
from webapp.accounts.models import Team, User
from webapp.accounts.rights import reviewers_of
from webapp.api.auth import ApiRequest
from webapp.api.errors import ApiError, FieldProblem
from webapp.api.fields import (
    ANY_TEXT,
    Given,
    Id,
    IdText,
    Name,
    OneOf,
    Page,
    Paging,
    answers,
    rows_of,
)
from webapp.api.lookups import answering_of, item_of, queue_of
from webapp.api.reviewing.reviews import Words, said_of
from webapp.reviews import handing_out, making
from webapp.reviews.agreed import agreed_of
from webapp.reviews.making import Choice, QueueRefused
from webapp.reviews.models import Item, Queue
from webapp.reviews.models.queue import MINUTES, MOST_WANTED
from webapp.reviews.progress import Progress, progress_of, progress_of_each, shares

router = Router(tags=["Reviews"])


class NewQueue(Given):
    name: Name
    runs: list[Id] = Field(min_length=1, max_length=50)
    what: Annotated[str, OneOf(Choice.values)] = Field(
        default=Choice.LOST.value,
        description="; ".join(f"`{choice.value}`: {choice.label}" for choice in Choice) + ".",
    )
    sample: int | None = Field(default=None, ge=1, description="At most so many, at random.")
    people: list[Name] = Field(
        min_length=1, max_length=100, description="User names of members who may review."
    )
    wanted: int = Field(default=1, ge=1, le=MOST_WANTED, description="Reviews of each item.")
    blind: bool = False
    minutes: int = Field(default=MINUTES, ge=1, le=1440, description="Until an item comes back.")
    instructions: str = Field(default="", max_length=5000, pattern=ANY_TEXT)


class QueueSummary(BaseModel):
    id: int
    name: str
    kind: Annotated[str, OneOf(Queue.Kind.values)]
    source: str = Field(description="What it was made from, in words.")
    wanted: int
    blind: bool
    deadline: datetime | None
    created: datetime
    closed: datetime | None
    items: int
    finished: int = Field(description="Items with as many reviews as wanted.")
    reviews: int


class Figure(BaseModel):
    value: float | None = Field(description="Null: nothing to tell it by.")
    low: float | None = Field(description="Of the 95 % interval.")
    high: float | None

    @classmethod
    def of(cls, found: Agreement) -> "Figure":
        return cls(value=found.value, low=found.low, high=found.high)


class PersonShare(BaseModel):
    person: str
    done: int
    skipped: int
    in_hand: int


class QueueDetails(QueueSummary):
    instructions: str
    people: list[PersonShare]
    shared: int = Field(description="Items that two or more have reviewed.")
    raw_agreement: Figure = Field(description="Pairs of reviews of one item that say the same.")
    alpha: Figure = Field(description="Krippendorff's, nominal.")
    fleiss_kappa: float | None


class ItemDetails(BaseModel):
    id: int
    question_id: str
    row: int
    run: int
    other_run: int | None = Field(description="Of a pair, the second answer's.")
    done: int = Field(description="Reviews that it has.")


class ItemReview(Words):
    """What a person says of an item."""


class Counted(BaseModel):
    counts: bool = Field(
        description="False: others have the item, or the queue is closed; the review stands all"
        " the same."
    )


@router.get("/queues", response=answers(200, Page[QueueSummary]), summary="List review queues")
def list_queues(request: ApiRequest, paging: Query[Paging]) -> Page[QueueSummary]:
    """The newest first."""
    rows, following = rows_of(
        Queue.objects.filter(team=request.auth.team), paging, newest_first=True
    )
    progress = progress_of_each(rows)
    items = [QueueSummary(**_summary(row, progress[row.pk])) for row in rows]
    return Page(items=items, next=following)


@router.post(
    "/queues", response=answers(201, QueueSummary, 400, 404, 413), summary="Make a review queue"
)
def make_queue(request: ApiRequest, given: NewQueue) -> Status[QueueSummary]:
    """Of finished answers of one or more runs, the most useful first."""
    team = request.auth.team
    runs = [answering_of(team, pk, "runs") for pk in dict.fromkeys(given.runs)]
    people = _people(team, given.people)
    names = ", ".join(map(str, runs[:5]))
    source = f"{names}: {Choice(given.what).label}"
    same = {name: getattr(given, name) for name in ("name", "wanted", "blind", "minutes")}
    queue = Queue(team=team, created_by=request.auth.user, source=source[:300], **same)
    queue.instructions = given.instructions
    try:
        making.make(queue, people, making.chosen_of(runs, given.what), sample=given.sample)
    except QueueRefused as refused:
        raise ApiError(422, str(refused)) from refused
    return Status(201, QueueSummary(**_summary(queue, progress_of(queue))))


@router.get(
    "/queues/{queue}", response=answers(200, QueueDetails, 404), summary="Get a review queue"
)
def get_queue(request: ApiRequest, queue: Path[IdText]) -> QueueDetails:
    """With its progress by person, and how far people agree."""
    found = queue_of(request.auth.team, queue)
    agreed = agreed_of(found)
    people = [
        PersonShare(
            person=share.person.username,
            **{name: getattr(share, name) for name in ("done", "skipped", "in_hand")},
        )
        for share in shares(found)
    ]
    return QueueDetails(
        **_summary(found, progress_of(found)),
        instructions=found.instructions,
        people=people,
        shared=agreed.shared,
        raw_agreement=Figure.of(agreed.raw),
        alpha=Figure.of(agreed.alpha),
        fleiss_kappa=agreed.fleiss,
    )


@router.get(
    "/queues/{queue}/items",
    response=answers(200, Page[ItemDetails], 404),
    summary="List a queue's items",
)
def list_queue_items(
    request: ApiRequest, queue: Path[IdText], paging: Query[Paging]
) -> Page[ItemDetails]:
    """In the order in which they were put there: the most useful first."""
    found = queue_of(request.auth.team, queue)
    rows = Item.objects.filter(queue=found).select_related("answer__question", "other")
    items, following = rows_of(rows, paging)
    return Page(items=[_item(item) for item in items], next=following)


@router.post(
    "/queues/{queue}/next",
    response=answers(200, ItemDetails | None, 404),
    summary="Take a queue's next item",
)
def take_queue_item(request: ApiRequest, queue: Path[IdText]) -> ItemDetails | None:
    """What the token's person is to review next; null: nothing waits for them."""
    found = queue_of(request.auth.team, queue)
    _check_asked(found, request.auth.user)
    handout = handing_out.next_item(found, request.auth.user)
    if handout is None:
        return None
    rows = Item.objects.select_related("answer__question", "other")
    return _item(rows.get(pk=handout.item_id))


@router.post(
    "/queues/{queue}/items/{item}/review",
    response=answers(200, Counted, 400, 404, 413),
    summary="Review a queue's item",
)
def review_queue_item(
    request: ApiRequest, queue: Path[IdText], item: Path[IdText], given: ItemReview
) -> Counted:
    """What the token's person says of it; said again, it takes the place of what was said."""
    found = queue_of(request.auth.team, queue)
    _check_asked(found, request.auth.user)
    if found.kind != Queue.Kind.VERDICTS:
        raise ApiError(422, "This queue asks which of two answers is better: use its page.")
    said = said_of(request.auth.team, given)
    return Counted(counts=handing_out.finish(item_of(found, item), request.auth.user, said))


def _summary(queue: Queue, progress: Progress) -> dict[str, Any]:
    same = ("name", "kind", "source", "wanted", "blind", "deadline", "created", "closed")
    counts = ("items", "finished", "reviews")
    return {
        "id": queue.pk,
        **{name: getattr(queue, name) for name in same},
        **{name: getattr(progress, name) for name in counts},
    }


def _item(item: Item) -> ItemDetails:
    return ItemDetails(
        id=item.pk,
        question_id=item.answer.question.key,
        row=item.answer.question.row,
        run=item.answer.run_id,
        other_run=item.other.run_id if item.other else None,
        done=item.done,
    )


def _people(team: Team, names: list[str]) -> list[User]:
    known = {person.username: person for person in reviewers_of(team)}
    if unknown := [name for name in names if name not in known]:
        message = f"“{unknown[0]}” is no member of your team who may review."
        raise ApiError(422, message, [FieldProblem(row=None, field="people", message=message)])
    return [known[name] for name in dict.fromkeys(names)]


def _check_asked(queue: Queue, person: User) -> None:
    if not queue.people.filter(pk=person.pk).exists():
        raise ApiError(403, f"You are not asked in the queue {queue}.")
