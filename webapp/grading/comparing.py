"""Whether two answers mean the same: `moe_core.grading.equivalent`, for a product that must go on.

What spelling tells is told here; algebra is left to a process that can be ended.
"""

import time
from functools import lru_cache

from moe_core.comparison.gold import in_gold
from moe_core.costs import check_costs
from moe_core.errors import TooCostly
from moe_core.grading import Same, by_rules
from webapp.grading.comparer import comparer
from webapp.grading.host import SECONDS, Compared

# By the clock for rules, of a processor for algebra.
QUESTION_SECONDS = 10.0  # for all pairs of answers to a question
REMEMBERED = 10_000  # pairs


def same(one: str, other: str) -> bool:
    """Raises TooCostly, and CannotCompare where nothing can be compared at the moment."""
    return _told(_by_spelling(one, other) or _by_algebra(one, other))


def same_in_time() -> Same:
    """The same for one question, until its time is up: then TooCostly for what takes algebra."""
    spent = 0.0

    def within(one: str, other: str) -> bool:
        nonlocal spent
        began = time.monotonic()
        found = _by_spelling(one, other)
        spent += time.monotonic() - began
        if found is None and spent > QUESTION_SECONDS - SECONDS:
            raise TooCostly("comparing the answers to this question takes too long")
        found = found or _by_algebra(one, other)
        spent += found.seconds
        return _told(found)

    return within


def forget() -> None:
    """Compare anew what is remembered, be it as too costly."""
    _by_algebra.cache_clear()


def _told(found: Compared) -> bool:
    if found.same is None:
        raise TooCostly("comparing these answers takes too long, or too much memory")
    return found.same


def _by_spelling(one: str, other: str) -> Compared | None:
    """What needs no algebra, or is refused before; None: it takes algebra."""
    found = by_rules(one, other) if one and other else one == other
    if found is not None:
        return Compared(found)
    try:
        check_costs(in_gold(one))  # which is all that algebra sees of it
        check_costs(other)
    except TooCostly:
        return Compared(None)
    return None


@lru_cache(maxsize=REMEMBERED)
def _by_algebra(one: str, other: str) -> Compared:
    return comparer().ask(one, other)
