"""The number of an option, or of what is said, in the spelling of `tidy`: "1.5·10^-6 m", "1/2"."""

import re
from decimal import Decimal
from fractions import Fraction

Figure = Decimal | Fraction

_NUMBER = re.compile(
    r"(?:(?:approximately|about|around|roughly|[≈=£€])\s*)*"
    r"(-?\s?(?:\d+\.?\d*|\.\d+))(?:(?:\s|·)?10\s?\^\s?\(?(-?\d+)\)?)?"
    r"(?!\.?\d|\s?[/^+·\\])"  # what goes on is a formula
)
_RATIO = re.compile(r"(-?\d{1,30})/(\d{1,30})")
DIGIT = re.compile(r"(?<![\^\d-])\d|(?<!\^)-\d")  # but for the exponent of a unit
_LARGEST_EXPONENT = 999
_NEXT_NUMBER = re.compile(r"\s?[a-z/%°]{0,12}\s?(?:,|or|and)\s?(?=[-\d.])")


def number(tidied: str) -> Figure | None:
    if (ratio := _RATIO.fullmatch(tidied)) and int(ratio[2]):
        return Fraction(int(ratio[1]), int(ratio[2]))
    found = _NUMBER.match(tidied)
    if found is None:
        return None
    exponent = int(found[2] or 0)
    if abs(exponent) > _LARGEST_EXPONENT:
        return None
    return Decimal(found[1].replace(" ", "")).scaleb(exponent)


def is_percent(tidied: str) -> bool:
    found = _NUMBER.match(tidied)
    return found is not None and tidied[found.end() :].lstrip()[:1] == "%"


def is_several(tidied: str) -> bool:
    if _RATIO.fullmatch(tidied):
        return False
    found = _NUMBER.match(tidied)
    return found is not None and DIGIT.search(tidied, found.end()) is not None


def following(tidied: str) -> Figure | None:
    """The number after another one, as in "5 or 7"."""
    first = _NUMBER.match(tidied)
    joined = _NEXT_NUMBER.match(tidied, first.end()) if first else None
    return number(tidied[joined.end() :]) if joined else None
