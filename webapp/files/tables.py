"""What every format gives: a table whose rows are streamed."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Protocol

from webapp.files.errors import FileRefused, short
from webapp.files.limits import LONGEST_NAME, MOST_COLUMNS, Limits

NO_TEXT = re.compile("[\0\ud800-\udfff]")  # NUL and half surrogates: Postgres takes neither

SAMPLE = 50  # rows that tell what the columns hold
SAMPLED = 2**20  # characters of them

Row = dict[str, Any] | str  # a row that could not be read is the reason why


class Written(str):
    """A number as the file spells it (033, 1.50, ten thousand digits): no digit is lost."""


@dataclass(frozen=True)
class How:
    """What a person says of a file's own shape, beside what its columns mean."""

    rows: str = ""  # the list that is meant, where a JSON file has several; empty: the only one
    header: bool | None = None  # whether a CSV's first line names its columns; None: as it looks
    known: Sequence[str] = ()  # names that only a header holds, in small letters


class Table(Protocol):
    """A file that was recognised. Each call of `rows` reads it from its start.

    Cells are text, `Written` numbers, truth values, None where the file has nothing, and lists
    and dictionaries of these; all cells of a CSV are text.
    """

    format: str  # a name of formats.FORMATS
    names: list[str]  # of all columns, each once
    notes: list[str]  # what people should know of how its rows were found
    is_headless: bool  # its columns have only numbers, for it does not name them
    counts_from: int | None  # where its numbers of options begin, if the format fixes it

    def rows(self, wanted: Collection[str]) -> Iterator[Row]:
        """Rows with the wanted columns only. Raises FileRefused."""

    def sample(self) -> list[dict[str, Any]]:
        """The first rows with all columns, less what cannot be read. Raises FileRefused."""


def is_text(value: str) -> bool:
    """Whether Postgres takes it."""
    if value.isascii():  # tells at once, where a search takes its time
        return "\0" not in value
    return NO_TEXT.search(value) is None


def doubled(names: Iterable[str]) -> str | None:
    """The first name that is there more than once."""
    return next((name for name, times in Counter(names).items() if times > 1), None)


def check_names(names: Collection[str]) -> None:
    """Raises FileRefused for too many columns, for one name twice, and for endless names."""
    if len(names) > MOST_COLUMNS:
        raise FileRefused(
            f"The file has {len(names):,} columns; {MOST_COLUMNS:,} are allowed:"
            " keep those with questions and answers."
        )
    twice = doubled(name for name in names if name)
    if twice is not None:
        raise FileRefused(f"The column {short(twice)} is there twice: keep one of them.")
    longest = max(names, key=len, default="")
    if len(longest) > LONGEST_NAME:
        raise FileRefused(
            f"A column's name, {short(longest)}, has {len(longest):,} characters;"
            f" {LONGEST_NAME} are allowed: give the columns short names in the first row."
        )
    if not all(map(is_text, names)):
        raise FileRefused("A column's name holds NUL or half a surrogate: give it another name.")


def first_rows(table: Table, names: Collection[str]) -> list[dict[str, Any]]:
    """Some rows that can be read, of not too much text."""
    found, size = [], 0
    for row in islice(table.rows(names), SAMPLE):
        if isinstance(row, dict):
            found.append(row)
            size += sum(map(size_of, row.values()))
        if size > SAMPLED:
            break
    return found


def picked(record: Mapping[str, Any], wanted: Collection[str], limits: Limits) -> Row:
    """The wanted cells of a row, or the reason why it is too large."""
    row = {name: record.get(name) for name in wanted}
    for name, value in row.items():
        if size_of(value) > limits.cell:
            return limits.too_large_a_cell(short(name))
    return row


def size_of(value: Any) -> int:
    """Characters of all texts in a cell, and how many they are."""
    if isinstance(value, str):
        return len(value)
    if isinstance(value, dict):
        return sum(len(key) + size_of(inner) for key, inner in value.items())
    if isinstance(value, list):
        return len(value) + sum(map(size_of, value))
    return 0
