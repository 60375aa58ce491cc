"""Words in outputs, found block by block: a search costs what it finds, wherever that stands.

An output is indexed under its words and under the block of answers that it belongs to. So the
index gives the outputs of some blocks with some words, in one run, without reading the others: a
word that is everywhere is found in the first block, one that is nowhere in a few looks at larger
and larger windows.
"""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import CombinedSearchQuery, SearchQueryField
from django.db.models import BigIntegerField, BooleanField, F, Func, Max, Min, QuerySet, Value

from webapp.db.words import asked, has_words
from webapp.runs.models import Answer, Generation, Run
from webapp.runs.search_index import BLOCK, SEARCHABLE, SEARCHED

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
    """Keys of the first `many` of a run's `rows` with these words in an output: those after a key
    in order, or those before one, the last first."""
    ends = Answer.objects.filter(run=run).aggregate(first=Min("pk"), last=Max("pk"))
    if ends["first"] is None or not has_words(words):
        return []
    down = before is not None
    first = ends["first"] if after is None else max(ends["first"], after + 1)
    last = ends["last"] if before is None else min(ends["last"], before - 1)
    found: list[int] = []
    blocks = 1
    while first <= last and len(found) < many:
        low, high = _window(first, last, blocks, down)
        keys = _matches(run, words, low, high, down)
        if len(keys) < MOST:
            blocks *= 2
        else:  # the rest of the window comes with the next one
            low, high = (keys[-1], high) if down else (low, keys[-1])
        there = rows.filter(_among(keys))
        ordered = there.order_by("-pk" if down else "pk").values_list("pk", flat=True)
        found += ordered[: many - len(found)]
        if down:
            last = low - 1
        else:
            first = high + 1
    return found


def _window(first: int, last: int, blocks: int, down: bool) -> tuple[int, int]:
    """The keys of the next blocks that lie between two keys."""
    if down:
        return max(first, (last // BLOCK - blocks + 1) * BLOCK), last
    return first, min(last, (first // BLOCK + blocks) * BLOCK - 1)


def _matches(run: Run, words: str, low: int, high: int, down: bool) -> list[int]:
    """Keys between two, of answers that hold the words; at most MOST.

    The range is a sum for Postgres, so that it looks the blocks up among the words: by the keys it
    would read every output there.
    """
    blocks = "|".join(f"'#{block}'" for block in range(low // BLOCK, high // BLOCK + 1))
    within = Func(
        Value(blocks), template="%(expressions)s::tsquery", output_field=SearchQueryField()
    )
    outputs = Generation.objects.filter(SEARCHABLE, run=run).annotate(
        told=SEARCHED, place=F("answer_id") + 0
    )
    there = outputs.filter(
        told=CombinedSearchQuery(within, "&&", asked(words), "simple"), place__range=(low, high)
    )
    ordered = there.order_by("-answer_id" if down else "answer_id")
    keys = ordered.values_list("answer_id", flat=True).distinct()[:MOST]
    return [key for key in keys if key is not None]


def _among(keys: list[int]) -> Func:
    """`pk__in` for thousands of keys: one array, where Django would write each by itself."""
    array = Value(keys, output_field=ArrayField(BigIntegerField()))
    return Func(
        "pk",
        array,
        template="%(expressions)s)",
        arg_joiner=" = ANY(",
        output_field=BooleanField(),
    )
