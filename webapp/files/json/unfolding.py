"""Rows that hold several questions: each becomes a row, with what they share.

SQuAD   {"title", "paragraphs": [{"context", "qas": [{"question", "answers"}]}]}
DROP    {"passage", "qa_pairs": [{"question", "answer"}]}
RACE    {"article", "questions": ["…"], "options": [["…"]], "answers": ["A"]}
"""

from collections.abc import Iterator
from typing import Any

INNER = ("paragraphs", "qas", "qa_pairs", "questions")  # lists of rows inside a row
ALIKE = ("questions", "options", "answers")  # lists whose first, second, … elements go together


def unfolded(value: Any) -> Iterator[Any]:
    """The rows in a row: most often itself."""
    if type(value) is not dict:  # no object, or one that names a key twice
        yield value
        return
    if any(key.casefold() == "question" for key in value):  # one question, and what it is about
        yield value
        return
    for name in INNER:
        inner = value.get(name)
        if isinstance(inner, list) and inner and all(isinstance(row, dict) for row in inner):
            shared = {key: cell for key, cell in value.items() if key != name}
            for row in inner:
                yield from unfolded(shared | row)
            return
    yield from _alike(value)


def _alike(value: dict[str, Any]) -> Iterator[dict[str, Any]]:
    lists = {name: cell for name in ALIKE if isinstance(cell := value.get(name), list)}
    questions = lists.get("questions")
    if not questions or len(lists) < 2 or len(set(map(len, lists.values()))) > 1:
        yield value
        return
    # One article has one id, and each question needs its own.
    shared = {key: cell for key, cell in value.items() if key not in lists and key != "id"}
    for cells in zip(*lists.values(), strict=True):
        yield shared | dict(zip(lists, cells, strict=True))
