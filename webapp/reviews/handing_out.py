"""Handing out a queue's items: each goes to as many people as wanted, and to nobody twice.

An item's row is locked while it is handed out or done, so that the count is exact however many
people ask at once.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from webapp.accounts.models import User
from webapp.reviews.counting import count_again, locked
from webapp.reviews.models import Handout, Item, Queue
from webapp.reviews.saying import Said, give


def next_item(queue: Queue, person: User) -> Handout | None:
    """What a person reviews next: what they hold already, else the most useful item that still
    needs somebody, else what they have skipped. None: nothing waits for them."""
    if queue.closed is not None:
        return None
    return _resumed(queue, person) or _handed_out(queue, person) or _skipped(queue, person)


def hold(item: Item, person: User) -> Handout | None:
    """One item for a person, if it still needs somebody; what they have done stays theirs."""
    with transaction.atomic():
        found = locked(Item.objects.filter(pk=item.pk)).first()
        if found is None:
            return None  # its run was deleted
        theirs = Handout.objects.filter(item=found, person=person).first()
        if theirs is not None and theirs.done is not None:
            return theirs
        is_open = found.queue.closed is None
        return _hand(found, person) if is_open and _is_free(found, person) else None


def keep(handout: Handout) -> None:
    """Its person is still at it. What has gone to somebody else meanwhile is not taken back."""
    with transaction.atomic():
        item = locked(Item.objects.filter(pk=handout.item_id)).first()
        if item is not None and _is_free(item, handout.person):
            waiting = Handout.objects.filter(pk=handout.pk, done=None, skipped=None)
            waiting.update(until=_until(item.queue))


@transaction.atomic
def skip(handout: Handout) -> None:
    """Somebody else may have it at once; its person meets it again at the end."""
    waiting = Handout.objects.filter(pk=handout.pk, done=None)
    waiting.update(skipped=timezone.now(), until=timezone.now())


@transaction.atomic
def finish(
    item: Item,
    person: User,
    said: Said | None = None,
    *,
    seen: int | None = None,
    choice: str = "",
    note: str = "",
) -> bool:
    """Keep what a person says of an item, in a queue of pairs their choice; whether it counts.

    It does not where the person was away for so long that others have the item, nor in a closed
    queue: a review stands all the same. Raises Stale.
    """
    found = locked(Item.objects.filter(pk=item.pk)).first()
    if found is None:
        return False  # its run was deleted
    item = found
    if said is not None:
        give(item.answer, person, said, seen=seen)
    handout = Handout.objects.filter(item=item, person=person).first()
    is_done = handout is not None and handout.done is not None
    if not is_done and (item.queue.closed is not None or not _is_free(item, person)):
        return False
    handout = _hand(item, person)
    handout.done, handout.choice, handout.note = timezone.now(), choice, note
    handout.save(update_fields=["done", "choice", "note"])
    count_again(item)
    return True


def left_for(queue: Queue, person: User) -> int:
    """Items that may still come to a person, as things stand."""
    return _waiting(queue, person).count()


def _resumed(queue: Queue, person: User) -> Handout | None:
    """What they hold, the longest held first."""
    rows = Handout.objects.filter(item__queue=queue, person=person, done=None, skipped=None)
    for handout in rows.select_related("item").order_by("handed", "pk"):
        if (held := hold(handout.item, person)) is not None:
            return held
    return None


def _handed_out(queue: Queue, person: User) -> Handout | None:
    """Others' items are passed over while they are locked, then waited for."""
    mine = Handout.objects.filter(item=OuterRef("pk"), person=person)
    for skip_locked in (True, False):
        full: list[int] = []
        while True:
            with transaction.atomic():
                rows = _waiting(queue, person).exclude(Exists(mine)).exclude(pk__in=full)
                locked = rows.select_for_update(no_key=True, of=("self",), skip_locked=skip_locked)
                item = locked.order_by("place").first()
                if item is None:
                    break
                # The lock may have been waited for: look again.
                if _is_free(item, person):
                    return _hand(item, person)
                full.append(item.pk)
    return None


def _skipped(queue: Queue, person: User) -> Handout | None:
    """The one that was skipped first."""
    rows = Handout.objects.filter(item__queue=queue, person=person, done=None)
    for handout in rows.exclude(skipped=None).select_related("item").order_by("skipped", "pk"):
        if (held := hold(handout.item, person)) is not None:
            return held
    return None


def _hand(item: Item, person: User) -> Handout:
    now = timezone.now()
    until = _until(item.queue)
    handed, is_new = Handout.objects.get_or_create(
        item=item, person=person, defaults={"handed": now, "until": until}
    )
    if not is_new:
        handed.until, handed.skipped = until, None
        handed.save(update_fields=["until", "skipped"])
    return handed


def _until(queue: Queue) -> datetime:
    return timezone.now() + timedelta(minutes=queue.minutes)


def _is_taken() -> Q:
    """Of a handout: done, or in somebody's hands."""
    return ~Q(done=None) | Q(skipped=None, until__gt=timezone.now())


def _is_free(item: Item, person: User) -> bool:
    """Whether it needs somebody besides those who have it. Under the item's lock it is so."""
    others = Handout.objects.filter(_is_taken(), item=item).exclude(person=person)
    return others.count() < item.queue.wanted


def _waiting(queue: Queue, person: User) -> QuerySet[Item]:
    """Items that need somebody, and that the person has not done."""
    taken = (
        Handout.objects.filter(_is_taken(), item=OuterRef("pk"))
        .exclude(person=person)
        .order_by()
        .values("item")
        .annotate(n=Count("pk"))
        .filter(n__gte=queue.wanted)
    )
    done = Handout.objects.filter(item=OuterRef("pk"), person=person).exclude(done=None)
    rows = Item.objects.filter(queue=queue, done__lt=F("queue__wanted"))
    return rows.exclude(Exists(taken)).exclude(Exists(done))
