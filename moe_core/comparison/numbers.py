"""Open answers that are one number: however it is written, with or without its unit."""

import re
from dataclasses import dataclass
from fractions import Fraction

_LARGEST_EXPONENT = 400
_PLACES = 6  # from so many decimals on, a number may be another one rounded

_DIGITS = r"\d{1,3}(?:(?:,\d{3})+|(?: \d{3})+)(?:\.\d+)?|\d+\.?\d*|\.\d+"
_NUMBER = re.compile(
    rf"(?P<sign>[-+]?)\s?(?P<currency>[$€£¥]?)\s?(?P<minus>-?)(?:"
    r"(?:(?P<whole>\d{1,9})\s?)?\\frac\{(?P<top>-?\d{1,30})\}\{(?P<bottom>\d{1,30})\}"
    r"|(?:(?P<mixed>\d{1,9})\s)?(?P<over>\d{1,30})/(?P<under>\d{1,30})"
    rf"|(?P<digits>{_DIGITS})(?:\s?(?:\\times|\\cdot|\*|x)\s?10\^\{{?(?P<power>[-+]?\d{{1,3}})\}}?"
    r"|[eE](?P<exponent>[-+]?\d{1,3})(?!\w))?)"
    r"(?P<unit>\s?[%°$€£¥]|(?:\s?[A-Za-z.]{2,15}|\s[A-Za-z])(?:[\s/]{1,2}[A-Za-z]{1,15}){0,3})?"
)
_POWER = re.compile(r"(-?)10\^\{?(-?\d{1,3})\}?")
# What is written like a unit and is none.
_NO_UNIT = re.compile(
    r"\b(?:pi|sqrt|sin|cos|tan|log|ln|exp|and|or|to|by|plus|minus|times|over|if|for|mod|[xyztnaijke])\b",
    re.IGNORECASE,
)
_UNITS = {
    "dollar": "$", "usd": "$", "euro": "€", "pound": "£", "degree": "°", "deg": "°", "percent": "%",
    "meter": "m", "metre": "m", "centimeter": "cm", "centimetre": "cm", "kilometer": "km",
    "kilometre": "km", "millimeter": "mm", "millimetre": "mm", "inche": "in", "inch": "in",
    "feet": "ft", "foot": "ft", "mile": "mi", "second": "s", "sec": "s", "minute": "min",
    "hour": "h", "hr": "h", "gram": "g", "kilogram": "kg", "liter": "l", "litre": "l",
}  # fmt: skip


@dataclass(frozen=True)
class Number:
    """Its value as it stands (18 of 18 %), its unit in one spelling, and its decimals."""

    value: Fraction
    unit: str = ""
    decimals: int | None = None  # None: a ratio, which is not rounded


def number(spelled: str) -> Number | None:
    """The number that a text is; None where it is anything else."""
    if power := _POWER.fullmatch(spelled):
        value = Fraction(10) ** int(power[2]) if abs(int(power[2])) <= _LARGEST_EXPONENT else None
        return None if value is None else Number(-value if power[1] else value)
    found = _NUMBER.fullmatch(spelled)
    if found is None:
        return None
    unit = found["unit"] or found["currency"] or ""
    if _NO_UNIT.search(unit):
        return None
    value = _value(found)
    if value is None:
        return None
    negative = (found["sign"] == "-") != (found["minus"] == "-")
    digits = found["digits"] or ""
    shift = int(found["power"] or found["exponent"] or 0)
    decimals = max(0, len(digits.partition(".")[2]) - shift) if digits else None
    return Number(-value if negative else value, _unit(unit), decimals)


def _value(found: re.Match[str]) -> Fraction | None:
    if found["digits"]:
        exponent = int(found["power"] or found["exponent"] or 0)
        if abs(exponent) > _LARGEST_EXPONENT:
            return None
        return (
            Fraction(found["digits"].replace(",", "").replace(" ", "").rstrip("."))
            * Fraction(10) ** exponent
        )
    top, bottom = int(found["top"] or found["over"]), int(found["bottom"] or found["under"])
    return int(found["whole"] or found["mixed"] or 0) + Fraction(top, bottom) if bottom else None


def _unit(written: str) -> str:
    words = written.strip(" .").casefold().replace(" per ", "/").split("/")
    return "/".join(
        _UNITS.get(one, _UNITS.get(word.strip(), one))
        for word in words
        for one in [word.strip().removesuffix("s") if len(word.strip()) > 2 else word.strip()]
    )


def same_number(gold: Number, answer: Number) -> bool:
    """Whether two numbers are one: exactly, or one is the other rounded to many decimals.

    A unit may be left out, and a percentage may be written as a share.
    """
    if gold.unit and answer.unit and gold.unit != answer.unit:
        return False
    if _alike(gold, answer):
        return True
    if (gold.unit == "%") == (answer.unit == "%"):
        return False
    return _alike(_as_share(gold), _as_share(answer))


def _as_share(of: Number) -> Number:
    return Number(of.value / 100, "", None) if of.unit == "%" else of


def _alike(one: Number, other: Number) -> bool:
    if one.value == other.value:
        return True
    places = [n.decimals for n in (one, other) if n.decimals is not None]
    if not places or min(places) < _PLACES:
        return False
    digits = min(places)
    return round(one.value, digits) == round(other.value, digits) != 0
