"""Verdicts: letters compared as letters, open answers by mathematical equivalence."""

import re
from collections.abc import Callable, Sequence
from decimal import Decimal, InvalidOperation

from moe_core.costs import check_costs
from moe_core.errors import TooCostly
from moe_core.values import Question, Verdict

_WORDS = re.compile(r"[A-Za-z][A-Za-z\s'-]*")  # no digit, no LaTeX: compared as written
_INTEGER = re.compile(r"-?\d+")
_LONGEST = 400  # characters; a longer "answer" is prose, which sympy could chew on for minutes

# Whether two open answers mean the same; raises TooCostly where that cannot be told.
Same = Callable[[str, str], bool]


def equivalent(gold: str, answer: str) -> bool:
    """Whether two open answers mean the same, by spelling first and by math-verify otherwise.

    In the main thread only: math-verify's time limit is a signal, which does not interrupt a
    single long multiplication. Raises TooCostly for what is refused by its looks.
    """
    alike = _spelled_alike(gold, answer)
    if alike is not None:
        return alike
    check_costs(gold)
    check_costs(answer)
    from math_verify import parse, verify  # takes a second to import, which words never need

    return bool(verify(parse(f"${gold}$"), parse(f"${answer}$")))


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
        right = any(letter == gold.strip().upper() for gold in question.golds)
        return Verdict.CORRECT if right else Verdict.INCORRECT
    return _open(question.golds, answer, same)


def _open(golds: Sequence[str], answer: str, same: Same) -> Verdict:
    """One that is too costly to compare does not hide that another is right."""
    is_costly = False
    for gold in golds:
        try:
            if same(gold, answer):
                return Verdict.CORRECT
        except TooCostly:
            is_costly = True
    return Verdict.TOO_COSTLY if is_costly else Verdict.INCORRECT


def is_quick(question: Question, answer: str | None) -> bool:
    """Whether `grade` needs no algebra, which can take seconds."""
    if answer is None or not question.gold or question.options:
        return True
    alike = [_spelled_alike(gold, answer) for gold in question.golds]
    return True in alike or None not in alike


def canonical(answer: str) -> str:
    """One spelling per answer, so that votes for the same answer meet: 033, 33.0 and 33 are one."""
    plain = " ".join(answer.strip().strip("$").split()).casefold()
    try:
        number = Decimal(
            plain.replace(",", "") if re.fullmatch(r"-?\d{1,3}(,\d{3})+(\.\d+)?", plain) else plain
        )
    except InvalidOperation:
        return plain
    if not number.is_finite() or abs(number.adjusted()) > _LONGEST:
        return plain
    # Not normalize(), which rounds to 28 digits.
    digits = format(number, "f")
    plain = digits.rstrip("0").rstrip(".") if "." in digits else digits
    return "0" if number == 0 else plain


def _spelled_alike(gold: str, answer: str) -> bool | None:
    """Whether spelling tells that two open answers mean the same, or not; None: it does not."""
    spelled = canonical(gold), canonical(answer)
    if spelled[0] == spelled[1]:
        return True
    if all(_INTEGER.fullmatch(text) for text in spelled):
        return False  # math-verify compares 15 digits
    # math-verify reads letters as a product of symbols, in which ABC equals CBA.
    if _WORDS.fullmatch(gold.strip()) or max(len(gold), len(answer)) > _LONGEST:
        return False
    return None
