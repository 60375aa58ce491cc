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
# Powers and products in words, where they come first: "12 cm squared" has a unit.
_NO_FIRST = re.compile(r"(?:squared|cubed|factorial|choose|less|more)\b", re.IGNORECASE)
_COUNTED = re.compile(
    r"\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|[a-z]+teen|[a-z]+ty)\b",
    re.IGNORECASE,
)
_TIMES = {
    "half": Fraction(1, 2), "halves": Fraction(1, 2), "third": Fraction(1, 3),
    "fifth": Fraction(1, 5), "sixth": Fraction(1, 6), "seventh": Fraction(1, 7),
    "eighth": Fraction(1, 8), "ninth": Fraction(1, 9), "tenth": Fraction(1, 10),
    "hundredth": Fraction(1, 100), "thousandth": Fraction(1, 1000), "dozen": Fraction(12),
    "hundred": Fraction(100), "thousand": Fraction(1000), "million": Fraction(10**6),
    "billion": Fraction(10**9), "trillion": Fraction(10**12),
}  # fmt: skip
_UNITS = {
    "dollar": "$", "usd": "$", "euro": "€", "pound": "£", "degree": "°", "deg": "°", "percent": "%",
    "meter": "m", "metre": "m", "centimeter": "cm", "centimetre": "cm", "kilometer": "km",
    "kilometre": "km", "millimeter": "mm", "millimetre": "mm", "inche": "in", "inch": "in",
    "feet": "ft", "foot": "ft", "mile": "mi", "second": "s", "sec": "s", "minute": "min",
    "hour": "h", "hr": "h", "gram": "g", "kilogram": "kg", "liter": "l", "litre": "l",
}  # fmt: skip
_LISTED = {
    *_UNITS, *_UNITS.values(), "¥", "mg", "lb", "lbs", "oz", "yd", "mph", "kph", "kmh", "nm", "µm",
    "ml", "cc", "ha", "hz", "khz", "mhz", "ghz", "kb", "mb", "gb", "tb", "n", "kn", "w", "kw", "mw",
    "v", "c", "f", "pa", "kpa", "mpa", "kj", "ev", "kev", "mev", "mol", "db", "rad", "rpm", "cal",
    "kcal", "am", "pm", "bc", "ad", "yr", "mo", "wk", "rs", "ct", "cent", "unit", "cup", "day",
    "st", "nd", "rd", "th",
}  # fmt: skip
_PRODUCT = re.compile(r"[-+]?[\d.]+\s?[A-Za-z]{2,}")


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
    written = found["unit"] or ""
    if _NO_UNIT.search(written) or _COUNTED.search(written) or _NO_FIRST.match(written.strip()):
        return None
    times, named = _multiplied(written)
    unit = _unit(named or found["currency"] or "")
    value = _value(found)
    if value is None or not _is_unit(named, unit):
        return None
    negative = (found["sign"] == "-") != (found["minus"] == "-")
    digits = found["digits"] or ""
    shift = int(found["power"] or found["exponent"] or 0)
    decimals = max(0, len(digits.partition(".")[2]) - shift) if digits and times == 1 else None
    return Number(times * (-value if negative else value), unit, decimals)


def is_product(spelled: str) -> bool:
    """Whether a text is a number and letters that are no unit, such as 2ab."""
    return _PRODUCT.fullmatch(spelled) is not None and number(spelled) is None


def _multiplied(written: str) -> tuple[Fraction, str]:
    """What the words after a number multiply it by, and the rest of them: "million dollars"."""
    times, rest = Fraction(1), written
    while found := re.match(r"\s(\w+)", rest):
        word = found[1].casefold()
        factor = _TIMES.get(word, _TIMES.get(word.removesuffix("s")))
        if factor is None:
            break
        times, rest = times * factor, rest[found.end() :]
    return times, rest


def _is_unit(written: str, unit: str) -> bool:
    """Whether it may be one: letters right after a number, and one or two, only if listed."""
    first = unit.partition("/")[0].partition(" ")[0]
    return (written[:1].isspace() and len(first) > 2) or first in _LISTED or not first


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
