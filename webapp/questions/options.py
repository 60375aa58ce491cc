"""The options of a question, in the ways in which files spell them."""

import ast
import re
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from string import ascii_uppercase
from typing import Any

from webapp.files.errors import FileRefused, RowRefused, short
from webapp.files.json_text import Repeated, value_of
from webapp.questions.cells import text_of

MOST_OPTIONS = len(ascii_uppercase)
LONGEST_LABEL = 2  # characters, as in {"A": "red", "B": "blue"}

# An element of a list as Python or NumPy prints it, and what comes after it.
_ELEMENT = re.compile(
    r"""\s*('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|[-+]?[\d.]+(?:e[-+]?\d+)?)(\s*,|\s*$|\s+)""",
    re.DOTALL,
)


@dataclass(frozen=True)
class Options:
    """Texts of the options in order. `labels` are what the file calls them, if it says so.

    `first` is the number of the first option's column, where options have numbered columns.
    """

    texts: Sequence[str]
    labels: Sequence[str] = ()
    first: int = 0

    def check(self) -> None:
        """Raises RowRefused for too many or empty options. MMLU-Pro has questions with one."""
        count = len(self.texts)
        if not 1 <= count <= MOST_OPTIONS:
            raise RowRefused(f"There are {count} options: {MOST_OPTIONS} at most are allowed.")
        for letter, text in zip(ascii_uppercase, self.texts, strict=False):
            if not text:
                raise RowRefused(f"Option {letter} is empty.")


def options_of(value: Any) -> Options | None:
    """The options in one cell; None where it has none, which makes it an open question.

    A list, an object of lists "text" and "label" (as ARC has it) or of label and text, or any of
    these as text. Raises RowRefused.
    """
    if isinstance(value, str):
        if not value.strip():
            return None
        value = _parsed(value.strip())
    match value:
        case None:
            return None
        case list():
            return Options(_texts(value))
        case {"text": [*texts], "label": [*labels], **rest} if not rest:
            if len(texts) != len(labels):
                raise RowRefused("The options have not as many labels as texts.")
            return Options(_texts(texts), [text_of(label, "label") for label in labels])
        case Repeated():
            raise RowRefused(f"The options name {short(value.key)} twice: keep one of them.")
        case dict() if value and all(len(label) <= LONGEST_LABEL for label in value):
            return Options(_texts(list(value.values())), list(value))
    raise RowRefused('The options are no list: give one such as ["red", "blue"].')


def options_in(cells: Sequence[Any], first: int = 0) -> Options | None:
    """The options that stand in one column each; rows may have fewer than there are columns."""
    texts = _texts(cells)
    while texts and not texts[-1]:
        texts.pop()
    return Options(texts, first=first) if texts else None


def shuffled(correct: str, incorrect: Sequence[str], seed: str) -> tuple[Options, str]:
    """The correct and the incorrect answers as options, and the letter of the correct one."""
    places = list(range(len(incorrect) + 1))
    Random(seed).shuffle(places)
    texts = [correct, *incorrect]
    gold = ascii_uppercase[places.index(0)] if len(places) <= MOST_OPTIONS else ""
    return Options([texts[place] for place in places]), gold


def _texts(values: Sequence[Any]) -> list[str]:
    return [text_of(value, f"option {n}") for n, value in enumerate(values, start=1)]


def _parsed(text: str) -> Any:
    """A list as JSON has it, else as Python or NumPy prints it. Raises RowRefused."""
    try:
        return value_of(text)
    except FileRefused:
        found = _printed(text[1:-1]) if text.startswith("[") and text.endswith("]") else None
    if found is None:
        raise RowRefused('The options are no JSON list, such as ["red", "blue"].')
    return found


def _printed(text: str) -> list[str] | None:
    """The elements of a printed list; None unless all are divided in one way.

    Python itself would take ['a' 'b'], as NumPy prints two texts, for the one text "ab".
    """
    found: list[str] = []
    dividers: set[str] = set()
    text = text.strip()
    at = 0
    while at < len(text):
        element = _ELEMENT.match(text, at)
        if element is None:
            return None
        found.append(_unquoted(element[1]))
        at = element.end()
        if at < len(text):
            dividers.add(element[2].strip())
    return found if len(dividers) <= 1 else None


def _unquoted(element: str) -> str:
    if element[0] not in "'\"":
        return element
    if "\\" not in element:
        return element[1:-1]
    try:
        return str(ast.literal_eval(element))
    except (SyntaxError, ValueError):
        return element[1:-1]
