"""Words in questions and outputs, found block by block: a search costs what it finds, wherever
that stands.

An output is indexed under its words and under the block of answers that it belongs to, a question
under its own block. So the index gives those of some blocks with some words, without reading the
others: a word that is everywhere is found in the first block, one that is nowhere in a few looks at
larger and larger windows.
"""

from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, BooleanField, F, Func, Max, Min, QuerySet, Value

from webapp.db.words import asked_between, block_by_block, has_words
from webapp.questions.models import SEARCHED as IN_QUESTIONS
from webapp.questions.models import Question
from webapp.runs.models import Answer, Generation, Run
from webapp.runs.search_index import SEARCHABLE, SEARCHED

MOST = 20_000  # keys read at once


def holding(
    run: Run,
    rows: QuerySet[Answer],
    words: str,
    *,
    after: int | None = None,
    before: int | None = None,
    many: int,
) -> list[int]:
    """Keys of the first `many` of a run's `rows` with these words in the question, or in an output:
    those after a key in order, or those before one, the last first."""
    ends = Answer.objects.filter(run=run).aggregate(first=Min("pk"), last=Max("pk"))
    if ends["first"] is None or not has_words(words):
        return []

    def look(low: int, high: int, down: bool) -> tuple[list[int], int | None]:
        keys, end = _matches(run, words, low, high, down)
        ordered = rows.filter(_among(keys)).order_by("-pk" if down else "pk")
        return list(ordered.values_list("pk", flat=True)[:many]), end

    return block_by_block(ends["first"], ends["last"], look, after=after, before=before, many=many)


def _matches(run: Run, words: str, low: int, high: int, down: bool) -> tuple[list[int], int | None]:
    """Keys between two, of answers whose question or output holds the words, and the last one that
    was looked at, where there are more than MOST."""
    each = [_by_output(run, words, low, high, down), _by_question(run, words, low, high, down)]
    cut = [keys[-1] for keys in each if len(keys) == MOST]
    if not cut:
        return sorted(set().union(*each), reverse=down), None
    end = max(cut) if down else min(cut)
    found = {key for keys in each for key in keys if (key >= end if down else key <= end)}
    return sorted(found, reverse=down), end


def _by_output(run: Run, words: str, low: int, high: int, down: bool) -> list[int]:
    outputs = Generation.objects.filter(SEARCHABLE, run=run).annotate(
        told=SEARCHED, place=F("answer_id") + 0
    )
    there = outputs.filter(told=asked_between(words, low, high), place__range=(low, high))
    ordered = there.order_by("-answer_id" if down else "answer_id")
    keys = ordered.values_list("answer_id", flat=True).distinct()[:MOST]
    return [key for key in keys if key is not None]


def _by_question(run: Run, words: str, low: int, high: int, down: bool) -> list[int]:
    """A run's answers stand in the order of its questions: so those of a window's first and last
    answer are the ends of all that its answers belong to."""
    answers = Answer.objects.filter(run=run, pk__range=(low, high))
    asked_of = answers.values_list("question_id", flat=True)
    first, last = asked_of.order_by("pk").first(), asked_of.order_by("-pk").first()
    if first is None or last is None:
        return []
    span = (first, last)
    questions = Question.objects.filter(question_set=run.question_set_id).annotate(
        told=IN_QUESTIONS, place=F("pk") + 0
    )
    there = questions.filter(told=asked_between(words, *span), place__range=span)
    keys = list(there.values_list("pk", flat=True))
    if not keys:
        return []
    ordered = answers.filter(_among(keys, "question_id")).order_by("-pk" if down else "pk")
    return list(ordered.values_list("pk", flat=True)[:MOST])


def _among(keys: list[int], column: str = "pk") -> Func:
    """`__in` for thousands of keys: one array, where Django would write each by itself."""
    array = Value(keys, output_field=ArrayField(BigIntegerField()))
    return Func(
        column,
        array,
        template="%(expressions)s)",
        arg_joiner=" = ANY(",
        output_field=BooleanField(),
    )
