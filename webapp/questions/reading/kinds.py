"""What the cells of a column hold, as the first rows show it: not every name can be believed."""

import re
from collections.abc import Sequence
from typing import Any

from webapp.files.tables import Written
from webapp.questions.reading.chat import is_chat

_INDEX = re.compile(r"\(?(?:-?\d{1,2}(?:\.0)?|[A-Za-z])[).:]?")


def is_filled(cell: Any) -> bool:
    return cell not in (None, "", [], {}) and str(cell).strip() != ""


def fits(role: str, cells: Sequence[Any]) -> bool:
    """Whether a column may have a role; one that shows nothing may have any."""
    there = [cell for cell in cells if is_filled(cell)]
    match role:
        case "question":
            return not there or any(_is_question(cell) for cell in there)
        case "passage" | "system":
            return not any(isinstance(cell, dict | bool | Written) for cell in there)
        case "answer_index":
            return all(_is_index(cell) for cell in there)
        case "options":
            return not any(_is_no_choice(cell) for cell in there)
        case "answer":
            return not any(is_chat(cell) for cell in there)
    return True


def _is_question(cell: Any) -> bool:
    return is_chat(cell) or not isinstance(cell, dict)


def _is_index(cell: Any) -> bool:
    if isinstance(cell, list):
        return len(cell) == 1 and _is_index(cell[0])
    return isinstance(cell, str) and _INDEX.fullmatch(cell.strip()) is not None


def _is_no_choice(cell: Any) -> bool:
    """SQuAD's answers are an object too, with the places where they stand."""
    return isinstance(cell, dict) and "answer_start" in cell


def is_mark(cell: Any) -> bool:
    """1 or 0, true or false."""
    return isinstance(cell, bool) or str(cell).strip().casefold() in {
        *("0", "1", "0.0", "1.0", "true", "false"),
    }
