"""Cells of a question file as text."""

import re
from typing import Any

from webapp.files.errors import RowRefused
from webapp.files.tables import Written, is_text

LONGEST_LABEL = 200  # characters of an id or a category, as the columns in Postgres have it

_WHOLE = re.compile(r"([-+]?\d+)\.0")


def text_of(value: Any, what: str) -> str:
    """A cell as text; numbers as written, missing ones empty. Raises RowRefused."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if not isinstance(value, str):
        kind = "a list" if isinstance(value, list) else "an object"
        raise RowRefused(f"The {what} is {kind}: give text.")
    if not is_text(value):
        raise RowRefused(f"The {what} holds characters that are no text (NUL or half a surrogate).")
    return value.strip()


def question_of(value: Any) -> str:
    """The question's text. Raises RowRefused when it is empty or no text."""
    text = text_of(value, "question")
    if isinstance(value, Written | bool):
        raise RowRefused("The question is a single number or truth value: give text.")
    if not text:
        raise RowRefused("The question is empty.")
    return text


def passage_of(value: Any) -> str:
    """A text to be read before the question; a list's texts one below the other."""
    if isinstance(value, list):
        return "\n\n".join(filter(None, (passage_of(inner) for inner in value)))
    if isinstance(value, dict):  # such as {"title": …, "text": …}
        texts = (cell for cell in value.values() if type(cell) is str)  # no numbers
        return "\n".join(text.strip() for text in texts if text.strip())
    return text_of(value, "passage")


def label_of(value: Any, what: str) -> str:
    """An id or a category. Raises RowRefused."""
    text = text_of(value, what)
    if len(text) > LONGEST_LABEL:
        raise RowRefused(f"The {what} has {len(text)} characters; {LONGEST_LABEL} are allowed.")
    return text


def whole(text: str) -> str:
    """33.0 as 33: pandas writes whole numbers like that where some are missing."""
    found = _WHOLE.fullmatch(text)
    return found[1] if found else text
