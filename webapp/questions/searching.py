"""A set's questions by their words, or by how their id begins, found block by block: a search costs
what it finds, wherever that stands, as in the answers of a run (webapp/results/search.py)."""

from django.db.models import F, QuerySet

from webapp.db.words import asked_between, block_by_block, has_words
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
    with_words = has_words(words)

    def look(low: int, high: int, down: bool) -> tuple[list[int], None]:
        # By a sum: in the order of the keys themselves Postgres would read each text on the way.
        places = rows.annotate(place=F("pk") + 0).filter(place__range=(low, high))
        each = [places.filter(key__startswith=words)]
        if with_words:
            each.append(places.annotate(told=SEARCHED).filter(told=asked_between(words, low, high)))
        order = "-place" if down else "place"
        first_of_each = (some.order_by(order).values_list("pk", flat=True)[:many] for some in each)
        return sorted(set().union(*first_of_each), reverse=down), None

    return block_by_block(lowest, highest, look, after=after, before=before, many=many)
