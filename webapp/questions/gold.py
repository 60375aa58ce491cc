"""Which option a gold answer means.

A gold answer that is read wrongly would spoil every figure without anybody noticing, so whatever
can be read in two ways is refused.
"""

import re
from string import ascii_uppercase

from webapp.files.errors import RowRefused, short
from webapp.questions.cells import whole
from webapp.questions.options import Options

_LETTER = re.compile(r"\(?([A-Za-z])[).:]?")


def is_letter(answer: str) -> bool:
    return _LETTER.fullmatch(answer) is not None


def gold_of(answer: str, options: Options) -> str:
    """The letter that an answer means: a letter, a label, an option's full text, an index from 0.

    Raises RowRefused where it is no option, or where two readings differ.
    """
    letters = ascii_uppercase[: len(options.texts)]
    labelled = dict(zip(options.labels, letters, strict=False))
    if answer in labelled:
        return labelled[answer]
    if letter := _letter(answer, letters):
        return letter
    readings = {
        letter
        for letter, option in zip(letters, options.texts, strict=True)
        if _plain(option) == _plain(answer)
    }
    if (index := _index(answer)) is not None:  # columns that are numbered from 1 leave a doubt
        places = {index, index - options.first}
        readings |= {letters[place] for place in places if 0 <= place < len(letters)}
    if not readings:
        raise RowRefused(
            f"The answer {short(answer)} is no option: give one of {letters[0]}-{letters[-1]},"
            " the option's full text, or its index from 0."
        )
    if len(readings) > 1:
        raise RowRefused(
            f"The answer {short(answer)} may mean option {' or '.join(sorted(readings))}:"
            " give the letter, or map the column as answer_index if it counts from 0."
        )
    return readings.pop()


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
    if letter := _letter(index, letters):
        return letter
    raise RowRefused(
        f"The answer's index {short(index)} is no option: give 0 to {len(letters) - 1}."
    )


def _letter(answer: str, letters: str) -> str:
    found = _LETTER.fullmatch(answer)
    return found[1].upper() if found and found[1].upper() in letters else ""


def _index(answer: str) -> int | None:
    """A small whole number."""
    digits = whole(answer)
    return int(digits) if re.fullmatch(r"-?[0-9]{1,2}", digits) else None


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()
