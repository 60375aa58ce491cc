"""How many reviews an item has: counted under the lock of its row."""

from django.db.models import QuerySet
from django.utils import timezone

from webapp.accounts.models import User
from webapp.reviews.models import Handout, Item, Queue
from webapp.runs.models import Answer


def locked(items: QuerySet[Item]) -> QuerySet[Item]:
    """Held until the transaction ends, with what is asked of them."""
    return items.select_related("queue", "answer__run__team").select_for_update(
        no_key=True, of=("self",)
    )


def count_again(item: Item) -> None:
    """Of a locked item."""
    item.done = item.handouts.exclude(done=None).count()
    item.save(update_fields=["done"])


def ask_again(answer: Answer, person: User) -> None:
    """What a person withdraws is no review of an item any more: somebody is asked again. In the
    caller's transaction, and before the answer's row is locked: items come first."""
    theirs = Handout.objects.filter(
        item__answer=answer, item__queue__kind=Queue.Kind.VERDICTS, person=person
    ).exclude(done=None)
    items = Item.objects.filter(pk__in=theirs.values("item")).order_by("pk")
    for item in list(locked(items)):
        Handout.objects.filter(item=item, person=person).update(done=None, until=timezone.now())
        count_again(item)
