"""Verdicts: letters compared as letters, open answers by what they mean.

moe_core.comparison has the rules of what is the same; where none knows, math-verify is asked.
"""

import re
from collections.abc import Callable, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from moe_core.answers.spelling import plain, spelled
from moe_core.comparison.gold import in_gold
from moe_core.comparison.rules import compared
from moe_core.costs import check_costs
from moe_core.errors import TooCostly
from moe_core.values import Question, Verdict

_GROUPED = re.compile(r"-?\d{1,3}(,\d{3})+(\.\d+)?")
_LONGEST = 400  # digits of a number that is written out
_TOLERANCE = 1e-6  # by which two numbers that are the same may differ, as a share


# Whether two open answers mean the same; raises TooCostly where that cannot be told.
Same = Callable[[str, str], bool]


def by_rules(gold: str, answer: str) -> bool | None:
    """Whether two open answers mean the same, without algebra; None: that would have to tell."""
    return compared(in_gold(gold), answer)


def equivalent(gold: str, answer: str) -> bool:
    """Whether two open answers mean the same: by rules first, by math-verify where none knows.

    In the main thread only: math-verify's time limit is a signal, which does not interrupt a
    single long multiplication. Raises TooCostly for what is refused by its looks.
    """
    wanted = in_gold(gold)
    found = compared(wanted, answer, _by_algebra)
    return _by_algebra(wanted, answer) if found is None else found


def grade(question: Question, answer: str | None, same: Same = equivalent) -> Verdict:
    """Compare an extracted answer with the gold answer, and with what is as right.

    No answer is never correct, but shown as such; without gold the question is ungraded.
    """
    if not question.gold:
        return Verdict.UNGRADED
    if answer is None:
        return Verdict.NO_ANSWER
    if question.options:
        letter = answer.strip().upper()
        right = any(letter == _gold_letter(gold) for gold in question.golds)
        return Verdict.CORRECT if right else Verdict.INCORRECT
    return _open(question.golds, answer, same)


def _open(golds: Sequence[str], answer: str, same: Same) -> Verdict:
    """What rules know comes first: one that is too costly does not hide that another is right."""
    told = {gold: by_rules(gold, answer) for gold in golds}
    if True in told.values():
        return Verdict.CORRECT
    is_costly = False
    for gold, found in told.items():
        try:
            if found is None and same(gold, answer):
                return Verdict.CORRECT
        except TooCostly:
            is_costly = True
    return Verdict.TOO_COSTLY if is_costly else Verdict.INCORRECT


def is_quick(question: Question, answer: str | None) -> bool:
    """Whether `grade` needs no algebra, which can take seconds."""
    if answer is None or not question.gold or question.options:
        return True
    told = [by_rules(gold, answer) for gold in question.golds]
    return True in told or None not in told


def canonical(answer: str) -> str:
    """One spelling per answer, so that votes for the same answer meet: 033, 33.0 and 33 are one."""
    text = " ".join(spelled(answer).split()).casefold()
    try:
        number = Decimal(text.replace(",", "") if _GROUPED.fullmatch(text) else text)
    except InvalidOperation:
        return text
    if not number.is_finite() or abs(number.adjusted()) > _LONGEST:
        return text
    # Not normalize(), which rounds to 28 digits.
    digits = format(number, "f")
    text = digits.rstrip("0").rstrip(".") if "." in digits else digits
    return "0" if number == 0 else text


def _gold_letter(gold: str) -> str:
    return plain(gold).strip().strip("().[]*: ").upper()


def _by_algebra(gold: str, answer: str) -> bool:
    check_costs(gold)
    check_costs(answer)
    from math_verify import parse, verify  # takes a second to import, which words never need

    one, other = parse(f"${spelled(gold)}$"), parse(f"${spelled(answer)}$")
    return bool(verify(one, other)) and _is_whole(one) and _is_whole(other) and _close(one, other)


def _is_whole(parsed: list[Any]) -> bool:
    """Whether math-verify read to the end: it stops in the middle of what it does not know."""
    read = parsed[-1] if parsed else ""
    return not isinstance(read, str) or read.count("{") == read.count("}")


def _close(one: list[Any], other: list[Any]) -> bool:
    """Whether numbers differ by a small share of themselves: math-verify looks at six decimals."""
    try:
        a, b = (complex(parsed[0]) for parsed in (one, other))
    except (TypeError, ValueError, AttributeError, OverflowError):
        return True  # they are no numbers
    return abs(a - b) <= _TOLERANCE * max(abs(a), abs(b))
