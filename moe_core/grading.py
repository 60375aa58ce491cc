"""Verdicts: letters compared as letters, open answers by what they mean.

moe_core.comparison has the rules of what is the same; where none knows, math-verify is asked.
"""

import re
from collections.abc import Callable, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from moe_core.answers.spelling import plain, spelled
from moe_core.comparison.containing import contains
from moe_core.comparison.gold import in_gold, listed_in
from moe_core.comparison.rules import compared, letter_in
from moe_core.costs import check_costs
from moe_core.errors import TooCostly
from moe_core.scorers import Compares, compares
from moe_core.values import Question, Verdict

_GROUPED = re.compile(r"-?\d{1,3}(,\d{3})+(\.\d+)?")
_SEVERAL = re.compile(r"[;\n]|(?<=\s)or(?=\s)", re.IGNORECASE)
_COMMAS = re.compile(r"[A-Za-z](?:\s?,\s?[A-Za-z])+")  # letters
_LETTER, _AND = re.compile(r"[A-Z]"), re.compile(r"\b(?:and|or)\b", re.IGNORECASE)
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
    golds = right_answers(question)
    if not golds:
        return Verdict.UNGRADED
    if answer is None:
        return Verdict.NO_ANSWER
    if by_value(question):
        return _open(golds, answer, same)
    is_right = _IS_RIGHT[_compares(question)]
    right = any(is_right(gold, answer) for gold in golds)
    return Verdict.CORRECT if right else Verdict.INCORRECT


def by_value(question: Question) -> bool:
    """Whether two answers to it may be the same though they are spelled differently."""
    return _compares(question) not in _IS_RIGHT


def right_answers(question: Question) -> Sequence[str]:
    """Each answer that is right, in the way that it is compared; none where none is known."""
    golds, how = question.golds, compares(question.scoring)
    if how is Compares.ANY_VALUE:
        golds = tuple(dict.fromkeys(part for gold in golds for part in _several_in(gold)))
    if question.options and how is Compares.ALL_VALUES:
        letters = sorted(
            {letter for gold in golds for letter in _LETTER.findall(_AND.sub("", gold).upper())}
        )
        return [", ".join(letters)] if letters else []
    if question.options:
        return [_gold_letter(gold) for gold in golds]
    if how is Compares.LETTERS:  # ungraded where the gold answer is no letter
        return [letter for gold in golds if (letter := letter_in(in_gold(gold)))]
    return [", ".join(golds)] if golds and how is Compares.ALL_VALUES else golds


def _several_in(gold: str) -> list[str]:
    """The right answers that a gold answer names: of a worked solution, those that it ends with."""
    if items := listed_in(gold):
        return items
    text = in_gold(gold)
    bars = text.split("|")  # but not those of |x|
    parts = bars if all(map(str.strip, bars)) else [text]
    if len(parts) == 1 and _COMMAS.fullmatch(text.strip()):
        parts = text.split(",")
    found = [part.strip() for piece in parts for part in _SEVERAL.split(piece)]
    return [part for part in found if part]


def _compares(question: Question) -> Compares:
    return Compares.LETTERS if question.options else compares(question.scoring)


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
    if answer is None or not by_value(question):
        return True
    told = [by_rules(gold, answer) for gold in right_answers(question)]
    return True in told or None not in told


def canonical(answer: str) -> str:
    """One spelling per answer, so that votes for the same answer meet: 033, 33.0 and 33 are one."""
    if len(answer) == 1 and answer.isascii() and answer.isalnum():  # a letter, as most are
        return answer.casefold()
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


def _same_letter(gold: str, answer: str) -> bool:
    return answer.strip().upper() == gold


def _same_text(gold: str, answer: str) -> bool:
    """As votes see it, so that what is one answer for them is not right here and wrong there."""
    return canonical(answer) == canonical(gold)


def _contains(gold: str, answer: str) -> bool:
    return _same_text(gold, answer) or contains(answer, gold)


# What is told without asking what an answer means.
_IS_RIGHT = {
    Compares.LETTERS: _same_letter,
    Compares.TEXTS: _same_text,
    Compares.CONTENTS: _contains,
}


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
