"""The options of a question, in the ways in which files spell them.

["red", "blue"]                                 a list; also as Python or NumPy prints it
["(A) red", "(B) blue"]                         with letters, which are taken off
[{"label": "A", "text": "red"}, …]              a list of objects; also {"text": …, "correct": true}
[["A", "red"], …]                               a list of pairs
{"A": "red", "B": "blue"}                       texts by their labels
{"text": ["red", …], "label": ["A", …]}         lists that go together
{"red": 1, "blue": 0}                           texts with which are right
"A) red B) blue", "red | blue", "red; blue"     in one text
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random
from string import ascii_uppercase
from typing import Any

from webapp.files.errors import FileRefused, RowRefused, short
from webapp.files.json.text import Repeated, value_of
from webapp.files.tables import Written
from webapp.questions.reading.cells import text_of
from webapp.questions.reading.kinds import is_mark
from webapp.questions.reading.names import NUMBERED, plain
from webapp.questions.reading.options.lettered import split_divided, split_lettered, without_letters
from webapp.questions.reading.options.printed import NotPrinted, printed

MOST_OPTIONS = len(ascii_uppercase)
LONGEST_LABEL = 3  # characters, as in {"A": "red", "B": "blue"} and {"(A)": "red"}
# Members of an option that is an object, and lists of an object that holds all options.
_TEXTS = ("text", "texts", "content", "value", "choice", "choices", "option", "options", "answer")
_LABELS = ("label", "labels", "key", "letter", "letters", "id", "option")
_RIGHT = ("correct", "iscorrect", "right", "isright", "isanswer")


@dataclass(frozen=True)
class Options:
    """Texts of the options in order. `labels` are what the file calls them, if it says so.

    `right` are the places of those that the file marks as right.
    """

    texts: Sequence[str]
    labels: Sequence[str] = ()
    right: Sequence[int] = ()

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

    Raises RowRefused.
    """
    if isinstance(value, str) and not isinstance(value, Written):
        if not value.strip():
            return None
        value = _parsed(value.strip())
    match value:
        case None:
            return None
        case [dict(), *_]:
            return _of_objects(value)
        case [[str(), str()], *_] if all(isinstance(v, list) and len(v) == 2 for v in value):
            labels, texts = zip(*value, strict=True)
            return Options(_texts(texts), [text_of(label, "label") for label in labels])
        case list():
            return _of_texts(value)
        case Repeated():
            raise RowRefused(f"The options name {short(value.key)} twice: keep one of them.")
        case dict() if value:
            return _of_object(value)
    raise RowRefused('The options are no list: give one such as ["red", "blue"].')


def options_in(cells: Sequence[Any]) -> Options | None:
    """The options that stand in one column each; rows may have fewer than there are columns."""
    texts = _texts(cells)
    while texts and not texts[-1]:
        texts.pop()
    return Options(texts) if texts else None


def _of_texts(values: Sequence[Any]) -> Options:
    texts, letters = without_letters(_texts(values))
    return Options(texts, letters)


def _of_objects(values: Sequence[Any]) -> Options:
    """[{"label": "A", "text": "red"}, …]. Raises RowRefused."""
    places = {plain(key): key for key in values[0]}
    text = next((places[name] for name in _TEXTS if name in places), None)
    if text is None or not all(isinstance(value, dict) for value in values):
        raise RowRefused('The options are objects without a "text": give a list of texts.')
    label = next((places[name] for name in _LABELS if name in places and places[name] != text), "")
    mark = next((places[name] for name in _RIGHT if name in places), "")
    found = _of_texts([value.get(text) for value in values])
    if label:
        found = replace(found, labels=[text_of(value.get(label), "label") for value in values])
    return replace(found, right=_marked([value.get(mark) for value in values]) if mark else ())


def _of_object(value: Mapping[str, Any]) -> Options:
    """Texts by their labels, lists that go together, or texts with marks. Raises RowRefused."""
    places = {plain(key): cell for key, cell in value.items()}
    texts = next((places[n] for n in _TEXTS if isinstance(places.get(n), list)), None)
    labels = next((places[n] for n in _LABELS if isinstance(places.get(n), list)), None)
    if texts is not None and labels is not None and len(value) == 2:
        if len(texts) != len(labels):
            raise RowRefused("The options have not as many labels as texts.")
        if all(isinstance(label, Written | bool) and is_mark(label) for label in labels):
            return replace(_of_texts(texts), right=_marked(labels))
        return Options(_texts(texts), [text_of(label, "label") for label in labels])
    is_lettered = list(value) == list(ascii_uppercase[: len(value)])
    marks = list(value.values())
    if not is_lettered and all(isinstance(m, Written | bool) and is_mark(m) for m in marks):
        return Options(_texts(list(value)), right=_marked(marks))
    if all(len(label) <= LONGEST_LABEL for label in value):
        there = dict(value)
        while there and there[label := list(there)[-1]] is None:  # Parquet has all rows' labels
            del there[label]
        return Options(_texts(list(there.values())), list(there))
    named = [NUMBERED["options"].fullmatch(label.strip().lower()) for label in value]
    if all(named):
        return Options(_texts(list(value.values())), [m[2].upper() for m in named if m])
    raise RowRefused('The options are no list: give one such as ["red", "blue"].')


def _marked(marks: Sequence[Any]) -> list[int]:
    return [place for place, mark in enumerate(marks) if is_right(mark)]


def is_right(mark: Any) -> bool:
    return str(mark).strip().casefold() in {"1", "1.0", "true"}


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
    """A list as JSON has it, as Python or NumPy prints it, or with letters. Raises RowRefused."""
    try:
        return value_of(text)
    except FileRefused:
        pass
    if text[0] in "[{":
        try:
            return printed(text)
        except (NotPrinted, RecursionError):
            raise RowRefused(_NO_LIST) from None
    found = split_lettered(text) or split_divided(text)
    if not found:
        raise RowRefused(_NO_LIST)
    return found


_NO_LIST = 'The options are no JSON list, such as ["red", "blue"].'
