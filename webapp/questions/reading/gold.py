"""Which option a gold answer means.

A gold answer that is read wrongly would spoil every figure without anybody noticing. So all that
it may mean is found, the whole column decides between what differs (survey.py), and what that
leaves open is asked.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from string import ascii_uppercase

from webapp.files.errors import RowRefused, short
from webapp.questions.reading.cells import whole
from webapp.questions.reading.mapping import FROM_0, FROM_1, LETTER, TEXT
from webapp.questions.reading.options.texts import Options

LABEL = "label"
_LETTER = re.compile(
    r"(?:(?:the )?(?:correct )?(?:answer|option|choice)(?: is)?:? )?"
    r"(?:\\boxed)?[({\[]*([A-Za-z])[)}\].:]*",
    re.IGNORECASE,
)
_WITH_TEXT = re.compile(r"\(?([A-Za-z])[).:]\s*(\S.*)", re.DOTALL)
MOST_LETTERS = 60  # characters of an answer that names several
_LETTERS = re.compile(r"\(?[A-Za-z]\)?(?:(?:\s*[,;&/]\s*|\s+and\s+|\s*)\(?[A-Za-z]\)?)+")


@dataclass(frozen=True)
class Decided:
    """How a file's answers are written: the surest way first; `first` is the first option's number.

    `only`: a person has said so, and nothing else is meant.
    """

    ways: Sequence[str] = field(default=(LABEL, LETTER))
    first: int | None = None
    only: bool = False

    @property
    def index(self) -> str:
        return FROM_1 if self.first else FROM_0


def is_letter(answer: str) -> bool:
    return _LETTER.fullmatch(answer) is not None


def readings(answer: str, options: Options) -> dict[str, str]:
    """Way of writing → the letter of the option that the answer then means."""
    letters = ascii_uppercase[: len(options.texts)]
    found = {}
    if label := _label_of(answer, options):
        found[LABEL] = label
    if letter := letter_of(answer, options):
        found[LETTER] = letter
    texts = [_plain(text) for text in options.texts]
    if (plain := _plain(answer)) in texts:
        found[TEXT] = letters[texts.index(plain)]
    elif (both := _WITH_TEXT.fullmatch(answer)) and _plain(both[2]) in texts:
        found[TEXT] = letters[texts.index(_plain(both[2]))]
    place = number_of(answer)
    # Labels that are numbers are what a number names.
    if place is not None and not any(label.strip().isdigit() for label in options.labels):
        for way, first in ((FROM_0, 0), (FROM_1, 1)):
            if 0 <= place - first < len(letters):
                found[way] = letters[place - first]
    return found


def gold_of(answer: str, options: Options, decided: Decided) -> str:
    """The letter that an answer means. Raises RowRefused where that is none, or cannot be told."""
    found = readings(answer, options)
    if decided.only:
        if way := next((way for way in decided.ways if way in found), ""):
            return found[way]
        found = {}
    if not found:
        raise RowRefused(_no_option(answer, options))
    possible = {way: letter for way, letter in found.items() if _is_possible(way, decided)}
    if len(set(possible.values())) == 1:
        return next(iter(possible.values()))
    for way in decided.ways:
        if way in possible:
            return possible[way]
    raise RowRefused(
        f"The answer {short(answer)} may mean option {' or '.join(sorted(set(found.values())))}:"
        " say in the mapping how answers are written."
    )


def _is_possible(way: str, decided: Decided) -> bool:
    return decided.first is None or way not in (FROM_0, FROM_1) or way == decided.index


def gold_at(index: str, options: Options, decided: Decided) -> str:
    """The letter of an index, or of a letter or label; empty for none, also spelled -1.

    Raises RowRefused where there is no such option.
    """
    first = decided.first or 0
    place = number_of(index)
    if not index or place == -1:
        return ""
    if place is not None and 0 <= place - first < len(options.texts):
        return ascii_uppercase[place - first]
    if letter := letter_of(index, Options(options.texts)) or _label_of(index, options):
        return letter
    last = len(options.texts) - 1 + first
    raise RowRefused(
        f"The answer's index {short(index)} is no option: give {first} to {last}"
        + (", or say that the indices count from 1." if place == last + 1 else ".")
    )


def checked(answer: str, by_index: str, index: str, options: Options, decided: Decided) -> str:
    """The letter that an index means, where the answer beside it agrees. Raises RowRefused."""
    found = readings(answer, options)
    if by_index in found.values():
        return by_index
    if not found:
        raise RowRefused(_no_option(answer, options))
    means = gold_of(answer, options, decided)
    raise RowRefused(
        f"The answer means option {means}, but its index {index} option {by_index}:"
        " put one of them right."
    )


def letters_of(answer: str, options: Options) -> list[str]:
    """The letters of an answer that names several, such as "A, C"; [] for any other one."""
    is_short = len(answer) <= MOST_LETTERS
    if not is_short or not _LETTERS.fullmatch(answer):
        return []
    if _plain(answer) in map(_plain, options.texts):
        return []
    is_close = re.fullmatch(r"[A-Z]+", answer) is not None  # a word of small letters is none
    named = re.findall(r"[A-Z]", answer.replace("and", ",").upper())
    known = [letter for letter in named if letter in ascii_uppercase[: len(options.texts)]]
    apart = is_close or not re.search(r"[A-Za-z]{2}", answer.replace(" and ", ","))
    return known if apart and len(known) == len(named) == len(set(known)) > 1 else []


def letter_of(answer: str, options: Options) -> str:
    """The letter that an answer is; empty where options have other labels."""
    found = _LETTER.fullmatch(answer)
    letters = ascii_uppercase[: len(options.texts)]
    if options.labels and [_bare(label) for label in options.labels] != [*letters.lower()]:
        return ""
    return found[1].upper() if found and found[1].upper() in letters else ""


def number_of(answer: str) -> int | None:
    """A small whole number."""
    digits = whole(answer)
    return int(digits) if re.fullmatch(r"-?[0-9]{1,2}", digits) else None


def _no_option(answer: str, options: Options) -> str:
    letters = ascii_uppercase[: len(options.texts)]
    return (
        f"The answer {short(answer)} is no option: give one of {letters[0]}-{letters[-1]},"
        " the option's full text, or its index."
    )


def _label_of(answer: str, options: Options) -> str:
    for label, letter in zip(options.labels, ascii_uppercase, strict=False):
        if _bare(label) == _bare(answer):
            return letter
    return ""


def _bare(label: str) -> str:
    """A label without what is put around it: (a), A. and A: are all a."""
    found = _LETTER.fullmatch(label)
    return found[1].casefold() if found else label.casefold()


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()
