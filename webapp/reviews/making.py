"""Making a queue of a run's answers, of several runs', or of what two runs answered."""

import random
from collections.abc import Iterable, Sequence

from django.db import transaction
from django.db.models import F, Q, QuerySet, TextChoices

from moe_core.values import Verdict
from webapp.accounts.models import User
from webapp.audit.actions import Action
from webapp.audit.recording import record
from webapp.comments.posting import notify
from webapp.plural import counted
from webapp.reviews.models import Item, Queue
from webapp.runs.models import Answer, Finding, Run
from webapp.runs.outcomes import LOST, Outcome

MOST_ITEMS = 20_000
AT_ONCE = 2_000  # rows written by one statement


class Choice(TextChoices):
    """Which answers of a run a queue is made of."""

    LOST = "lost", "Lost in any way"
    DISAGREED = "disagreed", "Experts disagree"
    OVERTURNED = "overturned", "The final answer went against the majority"
    THIN = "thin", "Thin evidence: no skill could tell the experts apart, or each said another"
    SUSPECTED = "suspected", "Suspected gold: strong experts agree on another answer"
    ALL = "all", "All answers"


class QueueRefused(ValueError):
    """A queue that cannot be made; the message says why and what to do."""


def chosen_of(runs: Sequence[Run], choice: str) -> QuerySet[Answer]:
    """The finished answers of some runs that a queue is to be made of."""
    rows = Answer.objects.filter(run__in=runs, run__kind=Run.Kind.ANSWER, asked=True, stage=None)
    match choice:
        case Choice.LOST:
            return rows.filter(outcome__in=LOST)
        case Choice.DISAGREED:
            return rows.filter(stances__gt=1)
        case Choice.OVERTURNED:
            return rows.filter(outcome__in=[Outcome.SAVED, Outcome.BROKEN])
        case Choice.THIN:
            return rows.filter(Q(uniform=True) | Q(stances__gte=F("run__k"), stances__gt=1))
        case Choice.SUSPECTED:
            agreed = Q(verdict=Verdict.INCORRECT.value, stances=1)
            return rows.filter(agreed | Q(question__in=_suspects(runs)))
    return rows


def _suspects(runs: Sequence[Run]) -> list[int]:
    """Questions whose gold answers all runs on their sets speak against, as far as that was looked
    for (the pages of suspected golds)."""
    searched = Finding.objects.filter(
        name=Finding.Name.SUSPECTS,
        question_set__in={run.question_set_id for run in runs},
        ready=True,
    )
    return [row["question"] for one in searched for row in one.found.get("rows", [])]


def numbered(rows: QuerySet[Answer], places: Iterable[tuple[int, int]]) -> QuerySet[Answer]:
    """Of some answers those to questions whose numbers are in one of the spans, ends included."""
    wanted = Q(pk__in=[])
    for first, last in places:
        wanted |= Q(question__row__range=(first, last))
    return rows.filter(wanted)


def spans_of(text: str) -> list[tuple[int, int]]:
    """What “3, 8-12” says. Raises QueueRefused."""
    found = []
    for part in text.replace(";", ",").split(","):
        first, dash, last = (side.strip() for side in part.partition("-"))
        numbers = (first, last) if dash else (first, first)
        if not all(n.isascii() and n.isdigit() and len(n) < 10 for n in numbers):
            raise QueueRefused(f"“{part.strip()}” is no number: write them like this: 3, 8-12")
        if int(numbers[0]) > int(numbers[1]):
            raise QueueRefused(f"“{part.strip()}” goes backwards: write the smaller number first.")
        found.append((int(numbers[0]), int(numbers[1])))
    return found


def make(
    queue: Queue, people: Sequence[User], rows: QuerySet[Answer], *, sample: int | None = None
) -> Queue:
    """Keep a queue, with these answers, the most useful first; `sample`: so many, at random.

    Raises QueueRefused.
    """
    if sample:  # in a random order too, so that who stops early has seen a sample as well
        keys = list(rows.order_by("?").values_list("pk", flat=True)[: min(sample, MOST_ITEMS + 1)])
    else:
        keys = _most_useful_first(rows)
    return _keep(queue, people, [(pk, None) for pk in keys])


def make_pairs(
    queue: Queue, people: Sequence[User], first: Run, second: Run, *, sample: int | None = None
) -> Queue:
    """A queue of the questions that two runs over one set answered differently.

    Raises QueueRefused.
    """
    if first.question_set_id != second.question_set_id or first.pk == second.pk:
        raise QueueRefused("Choose two runs over one question set: others have nothing to compare.")
    # By annotations, so that all of it is of one and the same other answer.
    both = chosen_of([first], Choice.ALL).annotate(
        other_run=F("question__answer__run"),
        other=F("question__answer__pk"),
        other_asked=F("question__answer__asked"),
        other_stage=F("question__answer__stage"),
        other_text=F("question__answer__text"),
        other_verdict=F("question__answer__verdict"),
    )
    done = both.filter(other_run=second.pk, other_asked=True, other_stage=None)
    same = Q(text=F("other_text"), verdict=F("other_verdict")) | Q(text=None, other_text=None)
    pairs = list(done.exclude(same).order_by("pk").values_list("pk", "other"))
    random.shuffle(pairs)
    return _keep(queue, people, pairs[:sample] if sample else pairs)


def ask(queue: Queue, people: Sequence[User], by: User | None) -> None:
    """These people are asked from now on, and told so; who was asked before and is not among them
    is asked no more."""
    before = set(queue.people.values_list("pk", flat=True))
    queue.people.set(people)
    address = queue.get_absolute_url()
    new = [person for person in people if person.pk not in before]
    notify(new, queue.team, by, f"{by} asks you to review: {queue}", address)


def _most_useful_first(rows: QuerySet[Answer]) -> list[int]:
    """Where experts disagree most, then what was lost, then the rest, mixed."""
    found = list(rows.order_by("pk").values_list("pk", "outcome", "stances")[: MOST_ITEMS + 1])
    random.shuffle(found)
    found.sort(key=lambda row: (-row[2], row[1] not in LOST))
    return [pk for pk, *_ in found]


@transaction.atomic
def _keep(queue: Queue, people: Sequence[User], pairs: Sequence[tuple[int, int | None]]) -> Queue:
    if not pairs:
        raise QueueRefused("No finished answer is like that: choose others.")
    if len(pairs) > MOST_ITEMS:
        raise QueueRefused(
            f"More than {MOST_ITEMS:,} answers are like that: take a sample, or choose fewer."
        )
    if queue.wanted > len(people):
        raise QueueRefused(
            f"Each item is to get {counted(queue.wanted, 'review')}, but {len(people)} can give"
            " one: ask more people, or for fewer reviews."
        )
    queue.save()
    ask(queue, people, queue.created_by)
    items = [
        Item(queue=queue, answer_id=answer, other_id=other, place=place)
        for place, (answer, other) in enumerate(pairs, start=1)
    ]
    Item.objects.bulk_create(items, batch_size=AT_ONCE)
    made_of = {"source": queue.source, "items": len(items), "people": list(people)}
    record(Action.QUEUE_MADE, queue, **made_of)
    return queue
