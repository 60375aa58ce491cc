"""Answers that algebra could chew on for ever, told by how they are written.

One that is refused here is not compared. What is costly in another way is left to whoever compares:
the product does it in a process that it can end.
"""

import math
import re

from moe_core.errors import TooCostly

MOST_DIGITS = 1_000  # that a number may have when it is written out
MOST_FACTORS = 10_000  # of a power
LARGEST_FACTORIAL = 1_000
DEEPEST = 12  # brackets in brackets; parsing takes twice as long with every few
HIGHEST = 3  # powers on powers

_OPENED, _CLOSED = "([{", ")]}"
_SCIENTIFIC = re.compile(r"\d\s?[eE]\s?[+-]?0*(\d+)")
_POWERS = ("^", "**")
_RAISED = re.compile(r"\^|\*\*")
_TOKEN = re.compile(r"\*\*|\\[A-Za-z]+|\d+|\S")
# A whole number, and the one that it is raised to if it is, whatever brackets are before them.
_EXPONENT = re.compile(r"[\s{(\[]*[+-]?(\d[\d,]*)(?:[\s})\]]*(?:\^|\*\*)[\s{(\[]*[+-]?(\d[\d,]*))?")
# A number, or a group that ends, before the sign; a second sign after it.
_FACTORIAL = re.compile(r"(?:(?<!\d)(\d+)[\s)}\]]*|[)}\]]\s*)!([\s)}\]]*!)?")


def check_costs(answer: str) -> None:
    """Raises TooCostly for what is costly."""
    if is_costly(answer):
        raise TooCostly("this answer is too costly to compare")


def is_costly(answer: str) -> bool:
    """Whether it has huge exponents, towers of powers, large factorials, or deep nesting."""
    return (
        _is_huge(answer)
        or _is_tower(answer)
        or _has_large_factorial(answer)
        or _depth(answer) > DEEPEST
    )


def _is_huge(answer: str) -> bool:
    """A number in scientific notation that is too long, or too small, when written out."""
    return any(_exceeds(found[1], MOST_DIGITS) for found in _SCIENTIFIC.finditer(answer))


def _is_tower(answer: str) -> bool:
    """A power with too large an exponent, be it one that is a power again."""
    raised = [found.end() for found in _RAISED.finditer(answer)]
    return any(_is_large_exponent(answer, place) for place in raised) or (
        len(raised) > HIGHEST and _height(answer) > HIGHEST
    )


def _is_large_exponent(answer: str, place: int) -> bool:
    """Of numbers alone, from a place on: 99999999, {99999999}, (9^9), 10^{10}."""
    found = _EXPONENT.match(answer, place)
    if found is None:
        return False
    number, power = (
        group.replace(",", "").lstrip("0") or "0" for group in found.groups(default="0")
    )
    if _exceeds(number, MOST_FACTORS) or (int(number) > 1 and _exceeds(power, MOST_FACTORS)):
        return True
    return int(number) > 1 and int(power) * math.log(int(number)) > math.log(MOST_FACTORS)


def _height(answer: str) -> int:
    """How many powers stand on each other, at most: x^{y^z} has two, and so has x^y^z."""
    highest = base = height = 0  # of the operand before; base: of what stands beside it
    is_raised = False
    outside: list[tuple[int, int]] = []  # of each open bracket: base and height after it
    for token in _TOKEN.findall(answer):
        if token in _POWERS:
            height, is_raised = height + 1, True
            highest = max(highest, height)
            continue
        if token in _OPENED:
            outside.append((base, height if is_raised else base))
            base = height = outside[-1][1]
        elif token in _CLOSED:
            base, height = outside.pop() if outside else (0, 0)
        elif not is_raised:
            height = base
        is_raised = False
    return highest


def _has_large_factorial(answer: str) -> bool:
    """Of a number, or of a factorial."""
    return any(
        found[2] is not None or (found[1] is not None and _exceeds(found[1], LARGEST_FACTORIAL))
        for found in _FACTORIAL.finditer(answer)
    )


def _depth(answer: str) -> int:
    deepest = depth = 0
    for sign in answer:
        if sign in _OPENED:
            depth += 1
            deepest = max(deepest, depth)
        elif sign in _CLOSED:
            depth = max(0, depth - 1)
    return deepest


def _exceeds(digits: str, most: int) -> bool:
    """Whether a whole number is larger; it may have as many digits as it likes."""
    plain = digits.lstrip("0")
    return len(plain) > len(str(most)) or int(plain or "0") > most
