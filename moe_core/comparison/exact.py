"""Arithmetic without symbols, computed exactly: 1/2^98 is not 1/2^99, which floats round to 0."""

import re
from fractions import Fraction

_TOKEN = re.compile(r"\d+\.?\d*|\.\d+|\\frac|\\cdot|\\times|[-+*/^(){}]")
_ARITHMETIC = re.compile(r"(?:\d+\.?\d*|\.\d+|\\frac|\\cdot|\\times|[-+*/^(){}]|\s)+")
_LONGEST = 200  # characters
_LARGEST_EXPONENT = 2000
_LARGEST = 1 << 4000  # of numerator and denominator of what is raised to a power, and of a result
_DEEPEST = 40  # brackets


def exactly(spelled: str) -> Fraction | None:
    """The value of a text that is plain arithmetic of bounded size; None for all else."""
    if len(spelled) > _LONGEST or not _ARITHMETIC.fullmatch(spelled):
        return None
    try:
        return _Reader(_TOKEN.findall(spelled)).value()
    except (ValueError, IndexError, ZeroDivisionError):
        return None


class _Reader:
    """Sums of products of powers, from the left."""

    def __init__(self, tokens: list[str]) -> None:
        self._tokens = [*tokens, ""]
        self._place = 0
        self._depth = 0

    def value(self) -> Fraction:
        found = self._sum()
        if self._tokens[self._place]:
            raise ValueError
        return found

    def _take(self, *wanted: str) -> str:
        token = self._tokens[self._place]
        if token in wanted and token:
            self._place += 1
            return token
        return ""

    def _sum(self) -> Fraction:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise ValueError
        found = self._product()
        while sign := self._take("+", "-"):
            found = _bounded(found + self._product() * (1 if sign == "+" else -1))
        self._depth -= 1
        return found

    def _product(self) -> Fraction:
        found = self._signed()
        while True:
            if self._take("/"):
                found = _bounded(found / self._signed())
            elif self._take("*", "\\cdot", "\\times"):
                found = _bounded(found * self._signed())
            elif self._tokens[self._place] in ("(", "\\frac"):
                raise ValueError  # a mixed number, or a product
            else:
                return found

    def _signed(self) -> Fraction:
        if self._take("-"):
            return -self._power()
        self._take("+")
        return self._power()

    def _power(self) -> Fraction:
        base = self._atom()
        if not self._take("^"):
            return base
        exponent = self._signed()
        if exponent.denominator != 1 or abs(exponent) > _LARGEST_EXPONENT:
            raise ValueError
        bits = max(base.numerator.bit_length(), base.denominator.bit_length())
        if bits * abs(exponent) > _LARGEST.bit_length():
            raise ValueError
        return Fraction(base ** int(exponent))

    def _atom(self) -> Fraction:
        if self._take("\\frac"):
            top = self._group("{", "}")
            return _bounded(top / self._group("{", "}"))
        for opening, closing in (("(", ")"), ("{", "}")):
            if self._tokens[self._place] == opening:
                return self._group(opening, closing)
        token = self._tokens[self._place]
        self._place += 1
        return Fraction(token)

    def _group(self, opening: str, closing: str) -> Fraction:
        if not self._take(opening):
            raise ValueError
        found = self._sum()
        if not self._take(closing):
            raise ValueError
        return found


def _bounded(value: Fraction) -> Fraction:
    if max(abs(value.numerator), value.denominator) > _LARGEST:
        raise ValueError
    return value
