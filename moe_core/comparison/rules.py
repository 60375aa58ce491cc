"""Whether two open answers mean the same: rules in their order, the first that knows decides.

Each is quick. Where none knows, moe_core.grading asks math-verify.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from moe_core.answers.spelling import spelled
from moe_core.comparison.exact import exactly
from moe_core.comparison.numbers import is_product, number, same_number
from moe_core.comparison.sequences import Same, interval, parts, same_parts

_INTEGER = re.compile(r"-?\d{1,400}")
# The label of a choice with brackets or a mark, which its words may follow; or one that is named.
_LABELLED = re.compile(
    r"(?:(?i:option|choice|answer)\s)?(?:\(([A-Za-z])\)[.:]?|([A-Za-z])[.):]{1,2})"
    r"(?:\s+(?!(?:and|or|is|not)\b)([^\s+*/^=<>,;&|({\\].*))?"
    r"|(?i:option|choice|answer)\s([A-Za-z])"
)
_TIME = re.compile(r"\d{1,2}:\d\d(?:\s?[AaPp]\.?[Mm]\.?)?")
_WORDS = re.compile(r"[^\W\d_](?:[^\W\d_]|[\s',-])*")  # no digit, no sign
_ARTICLE = re.compile(r"^(?:the|an?)\s|\bthe\s", re.IGNORECASE)
_SPACE = re.compile(r"(?<!\d)\s+|\s+(?!\d)")  # not in "3 1/2"
_BETWEEN_WORDS = re.compile(r"[\s,]+")
_NAMED = re.compile(
    r"((?:[A-Za-z]\w{0,9}|\\[a-z]{2,8})(?:\s?\([A-Za-z,\s]{1,9}\))?"
    r"|[A-Z]\s?\\(?:cap|cup)\s?[A-Z])\s?(?:=|\\in(?![a-z]))\s?([^=]+)"
)
_MOST_STEPS = 1000  # pairs of parts; two lists of 20 take up to 210
_DEEPEST = 6  # parts of parts
_LONGEST = 400  # characters; a longer "answer" is prose, which sympy could chew on for minutes


@dataclass(frozen=True)
class Rule:
    """One way to know; the examples are (gold, answer) that are the same, and that are not."""

    name: str
    same: tuple[str, str] | None
    other: tuple[str, str] | None
    find: Callable[[str, str, Same], bool | None]


def compared(gold: str, answer: str, deep: Same | None = None) -> bool | None:
    """Whether two answers are the same; None: no rule knows. `deep` is asked of their parts."""
    try:
        return _Comparison(deep).compare(gold, answer)
    except _TooManySteps:
        return None


class _TooManySteps(Exception):
    """Parts of parts in any order can take for ever."""


class _Comparison:
    """Of two answers and their parts, with an end to how many pairs are looked at."""

    def __init__(self, deep: Same | None) -> None:
        self._deep = deep
        self._left = _MOST_STEPS

    def compare(self, gold: str, answer: str, depth: int = 0) -> bool | None:
        self._left -= 1
        if self._left < 0:
            raise _TooManySteps
        one, other = spelled(gold), spelled(answer)

        def same(a: str, b: str) -> bool | None:
            if (a, b) == (one, other):
                return None
            found = self.compare(a, b, depth + 1) if depth < _DEEPEST else None
            return self._deep(a, b) if found is None and self._deep else found

        for rule in RULES:
            found = rule.find(one, other, same)
            if found is not None:
                return found
        return None


def _as_written(gold: str, answer: str, same: Same) -> bool | None:
    one, other = (_SPACE.sub("", text).casefold() for text in (gold, answer))
    return True if one == other else None


def _too_long(gold: str, answer: str, same: Same) -> bool | None:
    return False if max(len(gold), len(answer)) > _LONGEST else None


def _numbers(gold: str, answer: str, same: Same) -> bool | None:
    one, other = number(gold), number(answer)
    if one and other:
        return same_number(one, other)
    # math-verify reads 2ab as 2.
    return False if (one and is_product(answer)) or (other and is_product(gold)) else None


def _times(gold: str, answer: str, same: Same) -> bool | None:
    return False if _TIME.fullmatch(gold) and _TIME.fullmatch(answer) else None


def _letters(gold: str, answer: str, same: Same) -> bool | None:
    """A label such as (B) names a choice, whose words may follow; a bare B takes none."""
    one, other = _choice(gold), _choice(answer)
    if one and other:
        if not (one.is_marked or other.is_marked):
            return None
        if one.letter != other.letter:
            return False
        return True if not (one.words and other.words) else one.words == other.words or None
    if one or other:
        labelled, text = (one, answer) if one else (other, gold)
        if labelled and labelled.words and labelled.words == _bare_words(text):
            return True
    return False if one and gold[0] == "(" and not one.words else None


@dataclass(frozen=True)
class _Choice:
    letter: str
    words: str
    is_marked: bool


def letter_in(text: str) -> str | None:
    """The letter of a choice that is nothing else, or is labelled: "B", "(b)", "B. hexagon"."""
    found = _choice(spelled(text))
    return found.letter.upper() if found else None


def _choice(text: str) -> _Choice | None:
    if len(text) == 1 and text.isascii() and text.isalpha():
        return _Choice(text.casefold(), "", False)
    found = _LABELLED.fullmatch(text)
    if found is None:
        return None
    letter = found[1] or found[2] or found[4]
    return _Choice(letter.casefold(), _bare_words(found[3] or ""), True)


def _words(gold: str, answer: str, same: Same) -> bool | None:
    """Letters are words here; for math-verify they are a product, in which ABC equals CBA."""
    if len(gold) == 1 or not _WORDS.fullmatch(gold):
        return None
    if _bare_words(gold) == _bare_words(answer):
        return True
    return None if "," in gold else False  # a list has its own rule


def _bare_words(text: str) -> str:
    return _BETWEEN_WORDS.sub(" ", _ARTICLE.sub("", text)).strip().casefold()


def _without_name(gold: str, answer: str, same: Same) -> bool | None:
    """What is named on one side only is compared without its name."""
    one, other = _NAMED.fullmatch(gold), _NAMED.fullmatch(answer)
    if one and other:
        if one[1].replace(" ", "") != other[1].replace(" ", ""):
            return False if number(one[2]) and number(other[2]) else None
        return same(one[2], other[2])
    if one and "=" not in answer:
        return same(one[2], answer)
    if other and "=" not in gold:
        return same(gold, other[2])
    return None


def _intervals(gold: str, answer: str, same: Same) -> bool | None:
    one, other = interval(gold), interval(answer)
    if one is None and other is None:
        return None
    one, other = one or parts(gold), other or parts(answer)
    return same_parts(one, other, same) if one and other else None


def _sequences(gold: str, answer: str, same: Same) -> bool | None:
    one, other = parts(gold), parts(answer)
    if one is None and other is None:
        return None
    if one and other:
        return same_parts(one, other, same)
    return False


def _arithmetic(gold: str, answer: str, same: Same) -> bool | None:
    one, other = exactly(gold), exactly(answer)
    if one is None or other is None:
        return None
    return one == other or None if "." in gold + answer else one == other


RULES = (
    Rule("written alike", ("New  York", " new york"), None, _as_written),
    Rule("too long to compare", None, ("3", "3" * 500), _too_long),
    Rule("times", None, ("1:00", "12:00"), _times),
    Rule("numbers", ("12\\,000", "12000"), ("0.0000001", "0.0000002"), _numbers),
    Rule("lettered choices", ("(B)", "(B) hexagon"), ("(B)", "C"), _letters),
    Rule("words", ("\\text{Monday}", "the Monday"), ("ABC", "CBA"), _words),
    Rule("intervals", ("x<3", "(-\\infty, 3)"), ("x<3", "(-\\infty, 3]"), _intervals),
    Rule("named on one side", ("[-2,1)", "M \\cap N = [-2, 1)"), ("x = 5", "6"), _without_name),
    Rule("lists, sets and tuples", ("\\{1,2\\}", "\\{2,1\\}"), ("(1,2)", "(2,1)"), _sequences),
    Rule("plain arithmetic", ("2^{10}", "1024"), ("1/2^98", "1/2^99"), _arithmetic),
)
