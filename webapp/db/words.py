"""Search by words, as they stand in texts of any language: what is indexed, what is asked for."""

from collections.abc import Callable

from django.contrib.postgres.search import (
    CombinedSearchQuery,
    SearchQuery,
    SearchQueryField,
    SearchVector,
    SearchVectorField,
)
from django.db.models import Func, Value
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Left

from webapp.db.rows import fetched

BLOCK = 4096  # keys
# Of the lowest key, the highest, and whether from above: what is there, in that order, and the last
# key that was looked at, where that was not all.
Look = Callable[[int, int, bool], tuple[list[int], int | None]]
LONGEST = 200_000  # characters of a text that fit into Postgres' limit
# Postgres would take x<y and y>x for a tag, km/h for a path, -5 for another number than 5, and a
# minus in a search for "not". A word with an underscore it takes for the beginning of an address,
# and looks for the rest up to the end of the text, from each anew: minutes for a_b_a_b_…
SPACES = str.maketrans("<>&/@-+_", " " * 8)


def indexed(column: str) -> SearchVector:
    """The words of a column."""
    signs, spaces = "".join(map(chr, SPACES)), " " * len(SPACES)
    text = Func(Left(column, LONGEST), Value(signs), Value(spaces), function="translate")
    return SearchVector(text, config="simple")


def in_blocks(column: str, key: str) -> CombinedExpression:
    """The words of a column, and the block of BLOCK keys that the row belongs to, as a word that no
    text has: so an index gives the rows of some blocks with some words, and reads no others."""
    block = Func(
        key,
        template=f"array_to_tsvector(ARRAY['#' || (%(expressions)s / {BLOCK})::text])",
        output_field=SearchVectorField(),
    )
    return CombinedExpression(indexed(column), "||", block, output_field=SearchVectorField())


def asked_between(words: str, low: int, high: int) -> CombinedSearchQuery:
    """What a person looks for, in the blocks of the keys from one to another. The row's key has to
    be compared as well, as a sum (`F("pk") + 0`): by the key itself Postgres would read every text
    between the two."""
    blocks = "|".join(f"'#{block}'" for block in range(low // BLOCK, high // BLOCK + 1))
    within = Func(
        Value(blocks), template="%(expressions)s::tsquery", output_field=SearchQueryField()
    )
    return CombinedSearchQuery(within, "&&", asked(words), "simple")


def block_by_block(
    first: int, last: int, look: Look, *, after: int | None, before: int | None, many: int
) -> list[int]:
    """The first `many` keys that looks at larger and larger windows find between two: those after a
    key in order, or those before one, the last first."""
    down = before is not None
    first = first if after is None else max(first, after + 1)
    last = last if before is None else min(last, before - 1)
    found: list[int] = []
    blocks = 1
    while first <= last and len(found) < many:
        low, high = _window(first, last, blocks, down)
        keys, end = look(low, high, down)
        found += keys[: many - len(found)]
        if end is None:
            blocks *= 2
        else:  # the rest of the window comes with the next one
            low, high = (end, high) if down else (low, end)
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


def asked(words: str) -> SearchQuery:
    """What a person looks for: all of the words; "some in a row" in quotes; one or another."""
    return SearchQuery(words.translate(SPACES), config="simple", search_type="websearch")


def has_words(words: str) -> bool:
    """Whether there is anything in it to look for."""
    ((has,),) = fetched(
        "SELECT numnode(websearch_to_tsquery('simple', %s)) > 0", [words.translate(SPACES)]
    )
    return bool(has)
