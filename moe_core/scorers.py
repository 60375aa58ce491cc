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

from moe_core.answers.found import find, without_run_on
from moe_core.answers.lettered import all_letters
from moe_core.answers.options import SEVERAL, options_of
from moe_core.answers.places import LONGEST
from moe_core.answers.reading import NOTHING, SEVERAL_CHOSEN, Reading
from moe_core.answers.spelling import joined, tidy
from moe_core.answers.values import NUMBER
from moe_core.comparison.containing import contains
from moe_core.comparison.rules import compared
from moe_core.errors import ScorerError
from moe_core.values import FOUND, Scoring

# A to J, where a question's options are not known; numbers, so that "3" is none's place.
UNKNOWN_OPTIONS = ("0",) * 10
LONGEST_PATTERN = 500  # characters
AUTOMATIC = "automatic"  # what people are told where none is named
_LONGEST_SEARCHED = 40_000  # bytes, the last ones, in which a pattern is looked for
_WINDOW = 2 * LONGEST  # bytes in which it is looked for at once
_LARGEST_PROGRAM = 5_000  # instructions of a compiled pattern: each may be tried at each byte
_LABELLED = re.compile(r"[(\[*_]*([A-Za-z])[)\].:*_]*(?:\s+(.+))?", re.DOTALL)


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
    takes_pattern = bool(scoring.scorer) and _named(scoring).takes_pattern
    if not takes_pattern:
        if scoring.pattern:
            raise ScorerError("Only the scorer “regex” takes a pattern: leave it empty.")
        return
    if not scoring.pattern.strip():
        raise ScorerError("Give the pattern to look for, such as “#### (-?[0-9.,]+)”.")
    if len(scoring.pattern) > LONGEST_PATTERN:
        raise ScorerError(
            f"The pattern has {len(scoring.pattern):,} characters: {LONGEST_PATTERN} are allowed."
        )
    try:
        size = _compiled(scoring.pattern).programsize
    except (re2.error, UnicodeEncodeError) as error:
        first = error.args[0]
        told = first.decode(errors="replace") if isinstance(first, bytes) else str(error)
        raise ScorerError(
            f"The pattern cannot be used ({told}): patterns are RE2's, which has no lookahead,"
            " lookbehind or backreference."
        ) from None
    if size > _LARGEST_PROGRAM:
        raise ScorerError("The pattern repeats too much: make its counts, such as {1000}, smaller.")


def title_of(scoring: Scoring) -> str:
    """What people are told of it; an unknown one's name, as a newer product may have stored it."""
    if scoring == FOUND:
        return AUTOMATIC
    title = SCORERS[scoring.scorer].title if scoring.scorer in SCORERS else scoring.scorer
    return f"{title}: {scoring.pattern}" if scoring.pattern else title


def compares(scoring: Scoring) -> Compares:
    """Raises ScorerError for an unknown scorer."""
    return _named(scoring).compares if scoring.scorer else Compares.VALUES


def read_by(scoring: Scoring, shown: str, options: Sequence[str]) -> Reading:
    """What a scorer reads in a final text. Raises ScorerError for an unknown one."""
    return _named(scoring).read(shown, options[: len(ascii_uppercase)], scoring.pattern)


def _named(scoring: Scoring) -> Scorer:
    if scoring.scorer not in SCORERS:
        known = ", ".join(SCORERS)
        raise ScorerError(
            f"The scorer is {scoring.scorer!r}: choose one of {known}, or none.", field="scorer"
        )
    return SCORERS[scoring.scorer]


def _letter(shown: str, options: Sequence[str], pattern: str) -> Reading:
    return find(shown, options or UNKNOWN_OPTIONS)


def _mathematics(shown: str, options: Sequence[str], pattern: str) -> Reading:
    return _chosen(find(shown, ()), options)


def _whole_text(shown: str, options: Sequence[str], pattern: str) -> Reading:
    text = without_run_on(shown).strip()
    if not options:
        return Reading(text, "the whole text") if text else NOTHING
    return _of(_exactly(text, options), "the whole text")


def _exactly(text: str, options: Sequence[str]) -> str | None:
    """The option that a text is, by its letter, its words or both, and nothing else beside."""
    if len(text) > max(map(len, options)) + 20:
        return None
    said, own = joined(tidy(text)), [joined(tidy(option)) for option in options]
    if own.count(said) == 1:
        return ascii_uppercase[own.index(said)]
    labelled = _LABELLED.fullmatch(text)
    place = ascii_uppercase.index(labelled[1].upper()) if labelled else len(options)
    if labelled is None or place >= len(options):
        return None
    is_its_own = not labelled[2] or joined(tidy(labelled[2])) == own[place]
    return ascii_uppercase[place] if is_its_own else None


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
    found = _last_match(_compiled(pattern), without_run_on(shown))
    answer = found[0].strip() if found else ""
    return _chosen(Reading(answer, "the pattern's last match") if answer else NOTHING, options)


def _last_number(shown: str, options: Sequence[str], pattern: str) -> Reading:
    numbers = NUMBER.findall(without_run_on(shown))
    if not numbers:
        return NOTHING
    return _chosen(Reading(numbers[-1], "the last number"), options, by_letter=False)


def _any(shown: str, options: Sequence[str], pattern: str) -> Reading:
    return find(shown, options)


def _all(shown: str, options: Sequence[str], pattern: str) -> Reading:
    letters = all_letters(without_run_on(shown), options)
    if letters and (options or len(letters) > 1):
        return Reading(", ".join(letters), "all letters")
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


def _last_match(pattern: Any, text: str) -> list[str] | None:
    """The groups of the last match, or all of it. One after the other, each in a window of its own:
    it may be looked for in all that follows the one before."""
    content = text.encode(errors="replace")
    start = max(0, len(content) - _LONGEST_SEARCHED)
    start = content.find(b"\n", start) + 1 if start else 0
    last = None
    while start <= len(content):
        until = min(len(content), start + _WINDOW)
        found = pattern.search(content, start, until)
        if found is None:
            if until == len(content):
                break
            start = until - LONGEST
        elif found.end() == until < len(content):
            # It might have gone on, or its end is not the text's: from its beginning, again.
            start = found.start() if found.start() > start else until
        else:
            last = found
            start = max(found.end(), found.start() + 1)
    if last is None:
        return None
    groups = [group for group in last.groups() if group is not None]
    return [group.decode(errors="replace") for group in (groups or [last.group()])]


def _compiled(pattern: str) -> Any:
    """In RE2, which reads in linear time whatever pattern a person has written. Raises re2.error.

    It keeps the compiled patterns itself.
    """
    options = re2.Options()
    options.log_errors = False
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
            "The whole text after the thinking has to be the gold answer, but for capitals, spaces,"
            " marks around it, and how a number is spelled.",
            Compares.TEXTS,
            _whole_text,
        ),
        Scorer(
            "contains",
            "Contains",
            "The text after the thinking has to contain the gold answer, in whole words and"
            " numbers. Among options, the only one that it contains is chosen. Texts that differ"
            " cannot be voted on.",
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
