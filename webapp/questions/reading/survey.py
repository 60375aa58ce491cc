"""How the answers of a whole file are written, told by its rows before any of them is taken.

Whether numbers count from 0 or from 1: a 0 tells, or a number as large as there are options, or
letters and texts beside them; else whose files have such columns; else a person.
Whether "A" is a letter or the option of that name: what more of the answers can be.
"""

from collections import Counter
from collections.abc import Mapping

from webapp.questions.reading.conventions import Convention
from webapp.questions.reading.gold import LABEL, Decided, number_of, readings
from webapp.questions.reading.mapping import FROM_0, FROM_1, LETTER, TEXT, wrong
from webapp.questions.reading.options.texts import Options

LOOKED_AT = 10_000  # rows: what they leave open, more would too


class Survey:
    """Sees answers and indices, then decides."""

    def __init__(self, convention: Convention | None, counts_from: int | None) -> None:
        known = convention.first if convention else None
        self._known = counts_from if counts_from is not None else known
        self._numbers_are_indices = bool(convention and convention.is_number)
        self._ways: Counter[str] = Counter()
        self._conflicts: set[frozenset[str]] = set()
        self._agree: Counter[int] = Counter()  # first number → rows whose answer then agrees
        self._zeros = self._full = self._needs = 0
        self._marked = self._marked_first = 0  # questions that mark their right options

    @property
    def marks_first(self) -> bool:
        """Whether the right option is always the first one: a letter to be guessed."""
        return self._marked == self._marked_first > 0

    @property
    def has_numbers(self) -> bool:
        return self._needs > 0

    def see(self, answer: str, index: str, options: Options) -> None:
        if options.right:
            self._marked += 1
            self._marked_first += options.right[0] == 0
        if index:
            self._see_index(answer, index, options)
        elif answer:
            self._see_answer(answer, options)

    def _see_index(self, answer: str, index: str, options: Options) -> None:
        place = number_of(index)
        if place is None or place < 0:
            return
        self._zeros += place == 0
        self._full += place == len(options.texts)
        self._needs += place <= len(options.texts)
        if answer:
            found = readings(answer, options)
            means = {found[way] for way in (LABEL, LETTER, TEXT) if way in found}
            for first in (0, 1):
                self._agree[first] += chr(ord("A") + place - first) in means

    def _see_answer(self, answer: str, options: Options) -> None:
        found = readings(answer, options)
        self._ways.update(list(found))
        for way, letter in found.items():
            for other, another in found.items():
                if letter != another:
                    self._conflicts.add(frozenset((way, other)))
        place = number_of(answer)
        if place is not None and not found.keys() & {TEXT, LABEL}:
            self._zeros += place == 0
            self._full += place == len(options.texts)
            self._needs += 0 <= place <= len(options.texts)

    def decide(self, written: str | None, *, is_told: bool) -> Decided:
        """How answers are read. Raises FileRefused, with what to choose from, where it is open.

        `written` is what a person says; `is_told`: that they named the column of indices.
        """
        if written in (FROM_0, FROM_1):
            return Decided((written,), int(written == FROM_1), only=True)
        if written == LETTER:
            return Decided((LABEL, LETTER), 0, only=True)
        if written == TEXT:
            return Decided((TEXT,), 0, only=True)
        first = self._first()
        index = FROM_1 if first else FROM_0
        if self._is_either(TEXT, FROM_0) or self._is_either(TEXT, FROM_1):
            if self._numbers_are_indices:
                return Decided((index, LABEL, LETTER, TEXT), first)
            raise _either()
        if first is None and self._needs and not is_told:
            raise _from_where()
        ways = sorted((LABEL, LETTER, TEXT), key=lambda way: -self._ways[way])
        return Decided((*ways, index), first or 0)

    def _first(self) -> int | None:
        if self._agree[0] != self._agree[1]:
            return int(self._agree[1] > self._agree[0])
        if self._known is not None and self._agree[0]:
            return self._known
        if self._zeros:
            return 0
        if self._full:
            return 1
        return self._known

    def _is_either(self, way: str, other: str) -> bool:
        """Whether two ways differ somewhere, and as many answers can be one as the other."""
        return (
            frozenset((way, other)) in self._conflicts
            and self._ways[way] == self._ways[other] >= self._ways[LETTER]
        )


def is_in_doubt(answer: str, options: Options) -> bool:
    """Whether an answer is both the letter of one option and the text of another."""
    found: Mapping[str, str] = readings(answer, options)
    named = {found[way] for way in (LABEL, LETTER) if way in found}
    return TEXT in found and bool(named - {found[TEXT]})


def _from_where() -> Exception:
    return wrong(
        "The answers are numbers, and nothing tells whether they count from 0 or from 1: none is 0,"
        " and none is as large as there are options. Which is it?",
        {"written": [FROM_0, FROM_1]},
    )


def _either() -> Exception:
    return wrong(
        "The answers are numbers, and so are the options: an answer may be an option's text or its"
        " number. Which is it?",
        {"written": [TEXT, FROM_0, FROM_1]},
    )
