"""How far the people of a queue agree: what `moe_core.agreement` says of their reviews."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from itertools import combinations

from django.db.models import Count, F, Max, QuerySet

from moe_core import agreement
from moe_core.agreement import Agreement
from webapp.accounts.models import User
from webapp.db.memory import cache
from webapp.reviews.models import Handout, Item, Queue, Review
from webapp.reviews.reading import waiting_blind
from webapp.reviews.verdicts import in_words, titles_of

MOST_PAIRS = 15  # of people, shown by Cohen's kappa
MOST_DIVIDING = 200  # items shown
KEPT_SECONDS = 3600

Said = Mapping[int, Mapping[int, tuple[str, ...]]]  # item → person → verdicts, or the choice


@dataclass(frozen=True)
class OfVerdict:
    """Whether people agree on giving one verdict."""

    title: str
    given: int  # reviews that say it
    alpha: Agreement


@dataclass(frozen=True)
class OfPerson:
    """How often others say the same as one person, on the items that they share."""

    person: User
    reviews: int
    agreement: Agreement


@dataclass(frozen=True)
class OfPair:
    first: User
    second: User
    items: int
    kappa: float | None


@dataclass(frozen=True)
class Agreed:
    shared: int  # items that two or more have reviewed
    raw: Agreement
    alpha: Agreement
    fleiss: float | None
    verdicts: list[OfVerdict]
    people: list[OfPerson]
    pairs: list[OfPair]


def agreed_of(queue: Queue) -> Agreed:
    """Kept until something is said anew: the intervals take a moment."""
    done = _done(queue).aggregate(n=Count("done"), last=Max("done"))
    said = Review.objects.filter(answer__queue_items__queue=queue, is_ruling=False)
    changed = said.aggregate(n=Count("pk"), last=Max("changed"))
    state = "/".join(str(value) for value in (*done.values(), *changed.values()))
    name = f"agreed/{queue.pk}/{sha256(state.encode()).hexdigest()}"
    found: Agreed | None = cache.get(name)
    if found is None:
        found = _agreed(queue)
        cache.set(name, found, KEPT_SECONDS)
    return found


def _agreed(queue: Queue) -> Agreed:
    said = said_in(queue)
    items = list(said.values())
    people = User.objects.in_bulk({pk for item in items for pk in item})
    return Agreed(
        shared=sum(len(item) > 1 for item in items),
        raw=agreement.raw_with_interval(items),
        alpha=agreement.with_interval(items),
        fleiss=agreement.fleiss(items),
        verdicts=_of_verdicts(queue, said),
        people=[_of_person(person, said) for person in people.values()],
        pairs=_of_pairs(people, said),
    )


def _done(queue: Queue) -> QuerySet[Handout]:
    """What came to a review, of items that are there."""
    return Handout.objects.filter(item__in=Item.objects.filter(queue=queue)).exclude(done=None)


def said_in(queue: Queue) -> Said:
    """What everybody has said of each item: the review as it stands now, or the choice."""
    done = _done(queue).order_by("item", "person")
    found: dict[int, dict[int, tuple[str, ...]]] = defaultdict(dict)
    if queue.kind == Queue.Kind.PAIRS:
        for item, person, choice in done.values_list("item", "person", "choice"):
            found[item][person] = (choice,)
        return found
    reviews = Review.objects.filter(answer__queue_items__queue=queue, is_ruling=False)
    rows = reviews.values_list("answer", "person", "verdicts")
    verdicts = {(answer, person): tuple(sorted(given)) for answer, person, given in rows}
    for item, answer, person in done.values_list("item", "item__answer", "person"):
        if (answer, person) in verdicts:  # not withdrawn since
            found[item][person] = verdicts[answer, person]
    return found


def dividing(queue: Queue, said: Said, reader: User) -> list[Item]:
    """Items on which people differ and nobody has ruled, in the queue's order; each says `row`,
    `run` and `said`: who said what, in words. Not what the reader is to review blind first."""
    divided = [item for item, each in said.items() if len(set(each.values())) > 1]
    rows = Item.objects.filter(pk__in=divided)
    if queue.kind == Queue.Kind.VERDICTS:  # of two answers nobody can rule which is better
        rows = rows.exclude(answer__reviews__is_ruling=True)
    named = rows.annotate(row=F("answer__question__row"), run=F("answer__run"))
    items: list[Item] = list(named.select_related("answer", "other").order_by("place"))
    waiting = waiting_blind([item.answer for item in items], reader)
    items = [item for item in items if item.answer_id not in waiting][:MOST_DIVIDING]
    titles = _titles(queue)
    people = User.objects.in_bulk({pk for each in said.values() for pk in each})
    for item in items:
        each = said[item.pk].items()
        item.said = [(people[pk], in_words(verdicts, titles)) for pk, verdicts in each]  # type: ignore[attr-defined]
    return items


def _titles(queue: Queue) -> dict[str, str]:
    if queue.kind == Queue.Kind.PAIRS:
        return {choice.value: str(choice.label) for choice in Handout.Choice}
    return titles_of(queue.team)


def _of_verdicts(queue: Queue, said: Said) -> list[OfVerdict]:
    """Each by itself: given or not."""
    used = {key for item in said.values() for verdicts in item.values() for key in verdicts}
    found = []
    for key, title in _titles(queue).items():
        if key not in used:
            continue
        items: list[agreement.Item] = [
            {person: key in verdicts for person, verdicts in item.items()} for item in said.values()
        ]
        given = sum(value is True for item in items for value in item.values())
        found.append(OfVerdict(title, given, agreement.with_interval(items)))
    return found


def _of_person(person: User, said: Said) -> OfPerson:
    theirs = [item for item in said.values() if person.pk in item]
    return OfPerson(person, len(theirs), agreement.of_one(theirs, person.pk))


def _of_pairs(people: Mapping[int, User], said: Said) -> list[OfPair]:
    """Those who share most items."""
    found = []
    for first, second in combinations(sorted(people), 2):
        both = [item for item in said.values() if first in item and second in item]
        if both:
            kappa = agreement.cohen(both, first, second)
            found.append(OfPair(people[first], people[second], len(both), kappa))
    return sorted(found, key=lambda pair: -pair.items)[:MOST_PAIRS]
