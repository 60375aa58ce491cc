"""How far a queue is: by person, by item, and until when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Max, Q, Sum
from django.utils import timezone

from webapp.accounts.models import User
from webapp.reviews.handing_out import left_for
from webapp.reviews.models import Handout, Item, Queue


@dataclass(frozen=True)
class Share:
    """One person's part of a queue."""

    person: User
    is_asked: bool  # still among its people
    done: int
    skipped: int
    in_hand: int
    last: datetime | None


@dataclass(frozen=True)
class Progress:
    items: int
    finished: int  # items with as many reviews as wanted
    reviews: int
    wanted: int  # reviews in all
    is_late: bool


def progress_of(queue: Queue) -> Progress:
    return progress_of_each([queue])[queue.pk]


def progress_of_each(queues: Sequence[Queue]) -> dict[int, Progress]:
    """Queue → how far it is."""
    counted = (
        Item.objects.filter(queue__in=queues)
        .order_by()
        .values_list("queue")
        .annotate(
            items=Count("pk"),
            finished=Count("pk", filter=Q(done__gte=F("queue__wanted"))),
            reviews=Sum("done"),
        )
    )
    rows = {pk: (items, finished, reviews) for pk, items, finished, reviews in counted}
    return {queue.pk: _progress(queue, *rows.get(queue.pk, (0, 0, 0))) for queue in queues}


def _progress(queue: Queue, items: int, finished: int, reviews: int) -> Progress:
    is_open = queue.closed is None and finished < items
    is_late = is_open and queue.deadline is not None and queue.deadline < timezone.now()
    return Progress(items, finished, reviews, wanted=items * queue.wanted, is_late=is_late)


def shares(queue: Queue) -> list[Share]:
    """Of everybody who is asked, or was and has reviewed something."""
    now = timezone.now()
    asked = {person.pk: person for person in queue.people.all()}
    counted = (
        Handout.objects.filter(item__in=Item.objects.filter(queue=queue))
        .order_by()
        .values_list("person")
        .annotate(
            reviewed=Count("pk", filter=~Q(done=None)),
            passed=Count("pk", filter=Q(done=None) & ~Q(skipped=None)),
            in_hand=Count("pk", filter=Q(done=None, skipped=None, until__gt=now)),
            last=Max("done"),
        )
    )
    rows: dict[int, tuple[Any, ...]] = {row[0]: row[1:] for row in counted}
    people = asked | User.objects.in_bulk([pk for pk in rows if pk not in asked])
    none = (0, 0, 0, None)
    found = [Share(person, pk in asked, *rows.get(pk, none)) for pk, person in people.items()]
    return sorted(found, key=lambda share: (-share.done, str(share.person)))


@dataclass(frozen=True)
class Mine:
    """A queue as one of its people sees it."""

    queue: Queue
    done: int
    left: int  # that may still come to them
    progress: Progress


def mine(queue: Queue, person: User, progress: Progress) -> Mine:
    there = Item.objects.filter(queue=queue)
    done = Handout.objects.filter(item__in=there, person=person).exclude(done=None).count()
    left = left_for(queue, person) if queue.closed is None else 0
    return Mine(queue, done, left, progress)


def waiting_for(person: User, team_id: int) -> list[Mine]:
    """Open queues of a team in which something may still come to a person; what is due first."""
    rows = person.queues.filter(team=team_id, closed=None)
    queues = list(rows.order_by(F("deadline").asc(nulls_last=True)))
    progress = progress_of_each(queues)
    each = [mine(queue, person, progress[queue.pk]) for queue in queues]
    return [one for one in each if one.left]
