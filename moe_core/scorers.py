"""Scorers, which a person may name for a question set or a run: what is read, and what is right.

Without one, both are found. Where a question has options, what was read is looked up among them,
and letters are compared; otherwise it is compared as `compares` says (moe_core.grading).
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from string import ascii_uppercase
from typing import Any

import re2

from moe_core.answers.found import find, stated_in, without_run_on
from moe_core.answers.options import SEVERAL, options_of
from moe_core.answers.places import LONGEST
from moe_core.answers.reading import NOTHING, SEVERAL_CHOSEN, Reading
from moe_core.answers.text import Text
from moe_core.answers.values import NUMBER
from moe_core.comparison.containing import contains
from moe_core.comparison.rules import compared
from moe_core.errors import ScorerError
from moe_core.values import FOUND, Scoring

UNKNOWN_OPTIONS = ("",) * 10  # A to J, where a question's options are not known
AUTOMATIC = "automatic"  # what people are told where none is named
LONGEST_PATTERN = 500  # characters
_WINDOW = 10_000  # characters in which a pattern is looked for at once
_MOST_MEMORY = 8 * 2**20  # bytes of a compiled pattern
_LETTERS = re.compile(
    r"[\W_]*(?:(?:options?|choices?|both|letters?)\b[\W_]*)?"
    r"[A-Z](?![\w'])(?:(?:[\W_]|\b(?:and|or)\b){1,12}[A-Z](?![\w'])){0,25}",
    re.IGNORECASE,
)
_SAYS = re.compile(r"\b(?:is|are)\b|:")
_LETTER = re.compile(r"(?<![A-Za-z'])[A-Z](?![A-Za-z'])")
_CLOSE = re.compile(r"[\W_]*([A-Z]{2,10})[\W_]*")  # "AC"


class Compares(Enum):
    """How an answer and a gold answer of a question without options are compared."""

    LETTERS = auto()
    VALUES = auto()  # by the rules of moe_core.comparison, else by algebra
    TEXTS = auto()  # but for capitals and spaces
    CONTENTS = auto()  # whether the answer contains the gold answer
    ANY_VALUE = auto()  # with any that the gold answer names
    ALL_VALUES = auto()  # with all that the gold answers name


@dataclass(frozen=True)
class Scorer:
    """`read`: (final text, options, pattern) → what is read; in time linear in the text."""

    name: str
    title: str
    help: str
    compares: Compares
    read: Callable[[str, Sequence[str], str], Reading]
    takes_pattern: bool = False


def check_scoring(scoring: Scoring) -> None:
    """Raises ScorerError, which says what to do, for what no response can be read by."""
    if scoring.scorer and scoring.scorer not in SCORERS:
        known = ", ".join(SCORERS)
        raise ScorerError(f"The scorer is {scoring.scorer!r}: choose one of {known}, or none.")
    takes_pattern = bool(scoring.scorer) and SCORERS[scoring.scorer].takes_pattern
    if not takes_pattern:
        if scoring.pattern:
            raise ScorerError("Only the scorer “regex” takes a pattern: leave it empty.")
        return
    if not scoring.pattern.strip():
        raise ScorerError(r"Give the pattern to look for, such as “#### (-?[0-9.,]+)”.")
    if len(scoring.pattern) > LONGEST_PATTERN:
        raise ScorerError(
            f"The pattern has {len(scoring.pattern):,} characters: {LONGEST_PATTERN} are allowed."
        )
    try:
        _compiled(scoring.pattern)
    except re2.error as error:
        told = error.args[0].decode() if isinstance(error.args[0], bytes) else str(error)
        raise ScorerError(
            f"The pattern cannot be used ({told}): patterns are RE2's, which has no lookahead,"
            " lookbehind or backreference."
        ) from None


def title_of(scoring: Scoring) -> str:
    """What people are told of it."""
    if scoring == FOUND:
        return AUTOMATIC
    title = SCORERS[scoring.scorer].title
    return f"{title}: {scoring.pattern}" if scoring.pattern else title


def compares(scoring: Scoring) -> Compares:
    return SCORERS[scoring.scorer].compares if scoring.scorer else Compares.VALUES


def _letter(shown: str, options: Sequence[str], pattern: str) -> Reading:
    return find(shown, options or UNKNOWN_OPTIONS)


def _mathematics(shown: str, options: Sequence[str], pattern: str) -> Reading:
    return _chosen(find(shown, ()), options)


def _whole_text(shown: str, options: Sequence[str], pattern: str) -> Reading:
    text = without_run_on(shown).strip()
    if not options:
        return Reading(text, "the whole text") if text else NOTHING
    letter = options_of(tuple(options)).whole(text)
    return _of(letter, "the whole text")


def _content(shown: str, options: Sequence[str], pattern: str) -> Reading:
    text = without_run_on(shown).strip()
    if not options:
        return Reading(text, "the whole text") if text else NOTHING
    found = [place for place, option in enumerate(options) if option and contains(text, option)]
    # "red" is in "dark red" as well.
    own = [a for a in found if not any(a != b and contains(options[b], options[a]) for b in found)]
    letters = [ascii_uppercase[place] for place in own]
    return _of(letters[0] if len(letters) == 1 else SEVERAL if letters else None, "its words")


def _by_pattern(shown: str, options: Sequence[str], pattern: str) -> Reading:
    last = _last_match(_compiled(pattern), without_run_on(shown))
    if last is None:
        return NOTHING
    groups = [group for group in last.groups() if group is not None]
    answer = (groups[0] if groups else last.group()).strip()
    return _chosen(Reading(answer, "the pattern's last match") if answer else NOTHING, options)


def _last_number(shown: str, options: Sequence[str], pattern: str) -> Reading:
    numbers = NUMBER.findall(without_run_on(shown))
    if not numbers:
        return NOTHING
    return _chosen(Reading(numbers[-1], "the last number"), options, by_letter=False)


def _any(shown: str, options: Sequence[str], pattern: str) -> Reading:
    return find(shown, options)


def _all(shown: str, options: Sequence[str], pattern: str) -> Reading:
    """All letters that the last statement, or the last line, names; without options also values."""
    known = ascii_uppercase[: len(options)] if options else ascii_uppercase
    stated, end = stated_in(shown)
    line = Text(shown[:end]).last_line
    said = [line[m.end() :] for m in _SAYS.finditer(line)]
    for piece in [*(place.content for place in reversed(stated)), line, *reversed(said)]:
        close = _CLOSE.fullmatch(piece.strip())
        letters = _LETTERS.match(piece)
        named = close[1] if close else _LETTER.findall(letters[0].upper()) if letters else ""
        chosen = sorted({letter for letter in named if letter in known})
        if chosen and (options or close or len(chosen) > 1):
            return Reading(", ".join(chosen), "all letters")
    return NOTHING if options else find(shown, ())


def _chosen(reading: Reading, options: Sequence[str], *, by_letter: bool = True) -> Reading:
    """The letter of the option that was read, where there are options."""
    if not options or reading.answer is None:
        return reading
    letter = options_of(tuple(options)).read(reading.answer) if by_letter else None
    if letter is None:
        same = [place for place, o in enumerate(options) if o and compared(o, reading.answer)]
        letter = ascii_uppercase[same[0]] if len(same) == 1 else None
    return _of(letter, reading.rule)


def _of(letter: str | None, rule: str) -> Reading:
    if letter == SEVERAL:
        return SEVERAL_CHOSEN
    return Reading(letter, rule) if letter else NOTHING


def _last_match(pattern: Any, text: str) -> Any:
    """In windows from the end, as each match may be looked for in all that follows it."""
    end = len(text) if pattern.search(text) else 0
    while end > 0:
        start, until = max(0, end - _WINDOW), min(len(text), end + LONGEST)
        matches = [
            match
            for match in pattern.finditer(text, start, until)
            # One that ends with the window might have gone on, or not be at the end at all.
            if match.start() < end and (match.end() < until or until == len(text))
        ]
        if matches:
            return matches[-1]
        end = start
    return None


def _compiled(pattern: str) -> Any:
    """In RE2, which reads in linear time whatever pattern a person has written. Raises re2.error.

    It keeps the compiled patterns itself.
    """
    options = re2.Options()
    options.log_errors = False
    options.max_mem = _MOST_MEMORY
    return re2.compile(pattern, options)


SCORERS: Mapping[str, Scorer] = {
    scorer.name: scorer
    for scorer in (
        Scorer(
            "letter",
            "Letter",
            "A letter is read, also where the options stand in the question's text alone.",
            Compares.LETTERS,
            _letter,
        ),
        Scorer(
            "mathematics",
            "Mathematics",
            "A value is read and compared by what it means: 1/2 is 0.5. Among options, the one"
            " with that value is chosen.",
            Compares.VALUES,
            _mathematics,
        ),
        Scorer(
            "exact",
            "Exact text",
            "The whole text after the thinking has to be the gold answer, but for capitals, spaces"
            " and the spelling of a number.",
            Compares.TEXTS,
            _whole_text,
        ),
        Scorer(
            "contains",
            "Contains",
            "The text after the thinking has to contain the gold answer, in whole words and"
            " numbers. Among options, the only one that it contains is chosen.",
            Compares.CONTENTS,
            _content,
        ),
        Scorer(
            "regex",
            "Regular expression",
            "The pattern's last match is the answer: its first group, or all of it. Patterns are"
            " RE2's.",
            Compares.VALUES,
            _by_pattern,
            takes_pattern=True,
        ),
        Scorer(
            "last number",
            "Last number",
            "The last number of the text is the answer.",
            Compares.VALUES,
            _last_number,
        ),
        Scorer(
            "any of several",
            "Any of several",
            "The gold answer names several right ones, with ; or | or “or” or a new line between:"
            " any of them counts.",
            Compares.ANY_VALUE,
            _any,
        ),
        Scorer(
            "all of several",
            "All of several",
            "All of several right answers have to be stated, in any order, and no other.",
            Compares.ALL_VALUES,
            _all,
        ),
    )
}
