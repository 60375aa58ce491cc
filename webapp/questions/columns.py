"""What the columns of a file mean: which one holds what, and how options and gold are spelled."""

import json
import re
from collections.abc import Mapping, Sequence
from string import ascii_uppercase
from typing import Any

from webapp.questions.parsing import FileRefused, Written

# Role → names it goes by, the surest first; upper and lower case are the same.
NAMES: dict[str, tuple[str, ...]] = {
    "question": ("question", "problem", "input", "prompt", "query"),
    "answer": ("answer", "gold_answer", "target", "expected_output"),
    "options": ("options", "choices"),
    "id": ("id", "question_id"),
    "category": ("category", "subject"),
}
MOST_OPTIONS = len(ascii_uppercase)

_ANNOUNCED = re.compile(r"\bthe options are:", re.IGNORECASE)  # as the paper's files have it
_LETTER = re.compile(r"\(?([A-Za-z])[).:]?")


class RowRefused(ValueError):
    """One row cannot be taken; the message says why."""


def recognise(names: Sequence[str]) -> dict[str, str]:
    """Role → column. Raises FileRefused without a question column, or with two of one name."""
    found: dict[str, str] = {}
    for role, aliases in NAMES.items():
        for alias in aliases:
            same = [name for name in names if name.strip().lower() == alias]
            if len(same) > 1:
                raise FileRefused(
                    f"The columns {' and '.join(map(repr, same))} are both taken for the {role}:"
                    " keep one of them."
                )
            if same:
                found.setdefault(role, same[0])
    if "question" not in found:
        has = ", ".join(map(_short, names[:20])) or "none"
        raise FileRefused(
            f"No column holds the questions: call one 'question' (or "
            f"{', '.join(NAMES['question'][1:])}). The columns are: {has}."
        )
    return found


def text_of(value: Any, what: str) -> str:
    """A cell as text; numbers as written, missing ones empty. Raises RowRefused."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if not isinstance(value, str):
        raise RowRefused(f"The {what} is {_kind(value)}: give text.")
    if "\0" in value or any("\ud800" <= character <= "\udfff" for character in value):
        raise RowRefused(f"The {what} holds characters that are no text (NUL or half a surrogate).")
    return value.strip()


def _kind(value: Any) -> str:
    return "a list" if isinstance(value, list) else "an object"


def question_of(value: Any) -> str:
    """The question's text. Raises RowRefused when it is empty or no text."""
    text = text_of(value, "question")
    if isinstance(value, Written | bool):
        raise RowRefused("The question is a single number or truth value: give text.")
    if not text:
        raise RowRefused("The question is empty.")
    return text


def options_of(value: Any) -> list[str] | None:
    """The options of a row; None where it has none, which makes it an open question."""
    if isinstance(value, str):
        if not value.strip():
            return None
        try:
            value = json.loads(value, parse_int=Written, parse_float=Written)
        except (ValueError, RecursionError):
            raise RowRefused('The options are no JSON list, such as ["red", "blue"].') from None
    if value is None:
        return None
    if not isinstance(value, list):
        raise RowRefused('The options are no list: give one such as ["red", "blue"].')
    return [text_of(option, f"option {n}") for n, option in enumerate(value, start=1)]


def announces_options(text: str) -> bool:
    """Whether a text says that options follow, whether or not they can be found."""
    return _ANNOUNCED.search(text) is not None


def split_inline(text: str) -> tuple[str, list[str]]:
    """Cut "… The options are: (A) … (B) …" into question and options; [] when nothing is listed.

    An option may itself name one, as in "both (A) and (B)". So the letters are found from the
    last one back: a mention of an earlier option then stands outside the place where that
    letter is looked for.
    """
    announced = list(_ANNOUNCED.finditer(text))
    if not announced:
        return text, []
    listed = text[announced[-1].end() :]
    for apart in (True, False):
        starts = _backwards(listed, _count(listed, apart), apart)
        if len(starts) >= 2:
            return text[: announced[-1].start()].strip(), _cut(listed, starts)
    return text, []


def _marker(letter: str, apart: bool) -> re.Pattern[str]:
    """A letter in brackets: the (R) of "P(R)" is none, nor, if `apart`, the (E) of "(E)-butene"."""
    return re.compile(rf"(?<!\S)\({letter}\)" + (r"(?!\S)" if apart else ""))


def _count(listed: str, apart: bool) -> int:
    """How many letters, from A on, are there one after the other."""
    position = 0
    for number, letter in enumerate(ascii_uppercase):
        found = _marker(letter, apart).search(listed, position)
        if found is None:
            return number
        position = found.end()
    return MOST_OPTIONS


def _backwards(listed: str, count: int, apart: bool) -> list[tuple[int, int]]:
    """Start and end of each letter's brackets, in order."""
    places: list[tuple[int, int]] = []
    before = len(listed)
    for letter in reversed(ascii_uppercase[:count]):
        found = [m for m in _marker(letter, apart).finditer(listed) if m.end() <= before]
        places.insert(0, found[-1].span())
        before = found[-1].start()
    return places


def _cut(listed: str, starts: Sequence[tuple[int, int]]) -> list[str]:
    ends = [*(start for start, _ in starts[1:]), len(listed)]
    options = [listed[start:end].strip() for (_, start), end in zip(starts, ends, strict=True)]
    return [*options[:-1], _without_full_stop(options)]


def _without_full_stop(options: Sequence[str]) -> str:
    """The last option without the full stop that ends the whole list in the paper's files."""
    *others, last = options
    ends_list = last.endswith(".") and not last.endswith("...")
    if ends_list and (last.endswith("..") or not any(o.endswith(".") for o in others)):
        return last[:-1].rstrip()
    return last


def check_options(options: Sequence[str]) -> None:
    """Raises RowRefused for too few, too many or empty options."""
    if not 2 <= len(options) <= MOST_OPTIONS:
        raise RowRefused(
            f"There are {len(options)} options: give between 2 and {MOST_OPTIONS}, or none."
        )
    for letter, option in zip(ascii_uppercase, options, strict=False):
        if not option:
            raise RowRefused(f"Option {letter} is empty.")


def gold_of(answer: str, options: Sequence[str]) -> str:
    """The gold letter that an answer means: a letter, an option's full text, or an index from 0.

    Raises RowRefused where it is no option, or where two readings differ: a gold answer that is
    read wrongly would spoil every figure without anybody noticing.
    """
    letters = ascii_uppercase[: len(options)]
    named = _LETTER.fullmatch(answer)
    if named and named[1].upper() in letters:
        return named[1].upper()
    readings = {
        letter
        for letter, option in zip(letters, options, strict=True)
        if _plain(option) == _plain(answer)
    }
    if answer.isascii() and answer.isdigit() and len(answer) < 3 and int(answer) < len(options):
        readings.add(letters[int(answer)])
    if not readings:
        raise RowRefused(
            f"The answer {_short(answer)} is no option: give one of {letters[0]}-{letters[-1]},"
            " the option's full text, or its index from 0."
        )
    if len(readings) > 1:
        raise RowRefused(
            f"The answer {_short(answer)} may mean option {' or '.join(sorted(readings))}:"
            " give the letter."
        )
    return readings.pop()


def is_letter(answer: str) -> bool:
    return _LETTER.fullmatch(answer) is not None


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


def _short(text: str) -> str:
    return repr(text if len(text) <= 40 else text[:39] + "…")


def cell(record: Mapping[str, Any], columns: Mapping[str, str], role: str) -> Any:
    """What a row has in the column of a role; None where there is no such column."""
    return record.get(columns[role]) if role in columns else None
