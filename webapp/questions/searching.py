"""A set's questions by their words, or by how their id begins, found block by block: a search costs
what it finds, wherever that stands, as in the answers of a run (webapp/results/search.py)."""

from django.db.models import F, QuerySet

from webapp.db.words import asked_between, has_words, window
from webapp.questions.models import SEARCHED, Question, QuestionSet


def holding(
    question_set: QuestionSet,
    rows: QuerySet[Question],
    words: str,
    *,
    after: int | None = None,
    before: int | None = None,
    many: int,
) -> list[int]:
    """Keys of the first `many` of a set's `rows` with these words, or an id that begins so: those
    after a key in order, or those before one, the last first."""
    of_set = question_set.questions.values_list("pk", flat=True)  # keys rise with the rows
    lowest, highest = of_set.order_by("row").first(), of_set.order_by("-row").first()
    if lowest is None or highest is None:
        return []
    down = before is not None
    first = lowest if after is None else max(lowest, after + 1)
    last = highest if before is None else min(highest, before - 1)
    found: list[int] = []
    blocks = 1
    while first <= last and len(found) < many:
        low, high = window(first, last, blocks, down)
        found += _between(rows, words, low, high, down, many - len(found))
        blocks *= 2
        if down:
            last = low - 1
        else:
            first = high + 1
    return found


def _between(
    rows: QuerySet[Question], words: str, low: int, high: int, down: bool, many: int
) -> list[int]:
    # By a sum: in the order of the keys themselves Postgres would read each text on the way.
    places = rows.annotate(place=F("pk") + 0).filter(place__range=(low, high))
    each = [places.filter(key__startswith=words)]
    if has_words(words):
        each.append(places.annotate(told=SEARCHED).filter(told=asked_between(words, low, high)))
    order = "-place" if down else "place"
    keys = {
        key for some in each for key in some.order_by(order).values_list("pk", flat=True)[:many]
    }
    return sorted(keys, reverse=down)[:many]
