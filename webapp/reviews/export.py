"""Reviews as rows for files and programs: who said what of which answer."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import QuerySet

from webapp.accounts.models import User
from webapp.reviews.models import Handout, Item, Queue, Review
from webapp.reviews.reading import readable
from webapp.reviews.verdicts import titles_of
from webapp.runs.models import Run

Row = dict[str, Any]
BATCH = 500  # rows read at once
_RELATED = ("answer__question", "person", "quoted__expert")


def reviews_of(run: Run, reader: User) -> QuerySet[Review]:
    """Those of a run that somebody may read, in the order in which they were given first."""
    return readable(reader).filter(run=run).select_related(*_RELATED).order_by("pk")


def as_row(review: Review, titles: dict[str, str]) -> Row:
    return {
        "run": review.run_id,
        "question_id": review.answer.question.key,
        "row": review.answer.question.row,
        "person": review.person.username,
        "ruling": review.is_ruling,
        "verdicts": list(review.verdicts),
        "titles": [titles.get(key, key) for key in review.verdicts],
        "note": review.note,
        "corrected": review.corrected or None,
        "quote": review.quote or None,
        "quoted": review.quoted.expert.name if review.quoted else None,
        "created": review.created.isoformat(),
        "changed": review.changed.isoformat(),
    }


def lines_of_run(run: Run, reader: User) -> Iterator[str]:
    """The reviews of a run as JSON lines, some hundred at a time."""
    titles, after = titles_of(run.team), 0
    rows = reviews_of(run, reader)
    while batch := list(rows.filter(pk__gt=after)[:BATCH]):
        after = batch[-1].pk
        yield _lines(as_row(review, titles) for review in batch)


def lines_of_queue(queue: Queue, reader: User) -> Iterator[str]:
    """What its people said of its items; of pairs, which of the two they chose."""
    is_pairs = queue.kind == Queue.Kind.PAIRS
    titles = titles_of(queue.team)
    rows = Item.objects.filter(queue=queue).select_related("answer__question", "other")
    after = 0
    while batch := list(rows.filter(place__gt=after).order_by("place")[:BATCH]):
        after = batch[-1].place
        done = Handout.objects.filter(item__in=batch).exclude(done=None).select_related("person")
        if is_pairs:
            found = _choices(queue, batch, done, reader)
        else:
            found = (as_row(review, titles) for review in _reviews(batch, done, reader))
        if text := _lines(found):
            yield text


def _reviews(batch: list[Item], done: QuerySet[Handout], reader: User) -> list[Review]:
    """Of these items, in their order: what was said for the queue, and rulings."""
    places = {item.answer_id: item.place for item in batch}
    answers = {item.pk: item.answer_id for item in batch}
    people = {(answers[pk], person) for pk, person in done.values_list("item", "person")}
    reviews = readable(reader).filter(answer__in=places).select_related(*_RELATED)
    theirs = [r for r in reviews if r.is_ruling or (r.answer_id, r.person_id) in people]
    return sorted(theirs, key=lambda review: (places[review.answer_id], review.pk))


def _choices(
    queue: Queue, batch: list[Item], done: QuerySet[Handout], reader: User
) -> Iterator[Row]:
    items = {item.pk: item for item in batch}
    hidden: set[int] = set()
    if queue.blind and queue.closed is None and queue.people.filter(pk=reader.pk).exists():
        hidden = set(items) - set(done.filter(person=reader).values_list("item", flat=True))
    for handout in sorted(done, key=lambda one: (items[one.item_id].place, one.pk)):
        item = items[handout.item_id]
        if item.pk in hidden or item.other is None or handout.done is None:
            continue
        yield {
            "question_id": item.answer.question.key,
            "row": item.answer.question.row,
            "first_run": item.answer.run_id,
            "second_run": item.other.run_id,
            "person": handout.person.username,
            "better": handout.choice,
            "note": handout.note,
            "given": handout.done.isoformat(),
        }


def _lines(rows: Iterable[Row]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
