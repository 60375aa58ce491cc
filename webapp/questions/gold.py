"""Which option a gold answer means.

A gold answer that is read wrongly would spoil every figure without anybody noticing, so what can
be read in two ways is refused, or, where a whole file tells which one is meant, said.
"""

import re
from string import ascii_uppercase

from webapp.files.errors import RowRefused, short
from webapp.questions.cells import whole
from webapp.questions.options import Options

_LETTER = re.compile(r"\(?([A-Za-z])[).:]?")


def is_letter(answer: str) -> bool:
    return _LETTER.fullmatch(answer) is not None


def gold_of(answer: str, options: Options, index: str = "") -> str:
    """The letter that an answer and an index, either of which may be empty, mean together.

    An answer is a letter, a label, an option's full text, or an index from 0. A letter is taken
    for one even where it is another option's text: see `is_in_doubt`. Raises RowRefused where the
    answer is no option, where two readings differ, and where the index says something else.
    """
    by_index = gold_at(index, options)
    if not answer:
        return by_index
    readings = _readings(answer, options)
    if by_index in readings:
        return by_index
    if (letter := letter_of(answer, options)) and not by_index:
        return letter
    if len(readings) > 1:
        raise RowRefused(
            f"The answer {short(answer)} may mean option {' or '.join(sorted(readings))}:"
            " map its column as answer_index if it holds only letters, or indices from 0."
        )
    found = readings.pop()
    if by_index:
        raise RowRefused(
            f"The answer means option {found}, but its index {index} option {by_index}:"
            " put one of them right."
        )
    return found


def is_in_doubt(answer: str, options: Options) -> bool:
    """Whether an answer is both the letter of one option and the text of another."""
    letter = letter_of(answer, options)
    return bool(letter) and any(
        _plain(text) == _plain(answer) and place != letter
        for place, text in zip(ascii_uppercase, options.texts, strict=False)
    )


def _readings(answer: str, options: Options) -> set[str]:
    """All options that an answer may mean. Raises RowRefused for none."""
    letters = ascii_uppercase[: len(options.texts)]
    readings = {
        letter
        for letter, option in zip(letters, options.texts, strict=True)
        if _plain(option) == _plain(answer)
    }
    if options.labels:  # what has labels is named by them
        labels = zip(options.labels, letters, strict=False)
        readings = {letter for label, letter in labels if _bare(label) == _bare(answer)} or readings
    else:
        if letter := letter_of(answer, options):
            readings.add(letter)
        if (index := _index(answer)) is not None:
            places = {index, index - options.first}  # columns numbered from 1 leave a doubt
            readings |= {letters[place] for place in places if 0 <= place < len(letters)}
    if not readings:
        raise RowRefused(
            f"The answer {short(answer)} is no option: give one of {letters[0]}-{letters[-1]},"
            " the option's full text, or its index from 0."
        )
    return readings


def _bare(label: str) -> str:
    """A label without what is put around it: (a), A. and A: are all a."""
    found = _LETTER.fullmatch(label)
    return found[1].casefold() if found else label.casefold()


def gold_at(index: str, options: Options) -> str:
    """The letter of an index from 0, or of a letter; empty for none, also spelled -1.

    Raises RowRefused where there is no such option.
    """
    letters = ascii_uppercase[: len(options.texts)]
    place = _index(index)
    if not index or place == -1:
        return ""
    if place is not None and 0 <= place < len(letters):
        return letters[place]
    if letter := letter_of(index, Options(options.texts)):
        return letter
    raise RowRefused(
        f"The answer's index {short(index)} is no option: give 0 to {len(letters) - 1}."
    )


def letter_of(answer: str, options: Options) -> str:
    """The letter that an answer is; empty where options have labels of their own."""
    letters = "" if options.labels else ascii_uppercase[: len(options.texts)]
    found = _LETTER.fullmatch(answer)
    return found[1].upper() if found and found[1].upper() in letters else ""


def _index(answer: str) -> int | None:
    """A small whole number."""
    digits = whole(answer)
    return int(digits) if re.fullmatch(r"-?[0-9]{1,2}", digits) else None


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()
