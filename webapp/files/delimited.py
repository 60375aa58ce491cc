"""CSV, with commas, semicolons or tabs."""

import csv
import re
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any, TextIO

from webapp.files.errors import FileRefused
from webapp.files.limits import Limits
from webapp.files.tables import How, Row, check_names, first_rows, picked

DELIMITERS = (",", ";", "\t")
NO_HEADER = (
    "The first line was taken for a row, for it reads like one. If it names the columns, say so"
    " (“header” in the mapping)."
)
_SENTENCE = re.compile(r"\S+\s+\S+.*[?.:!]", re.DOTALL)  # words that end like a sentence
_LONGEST_NAME = 80  # characters; what is longer names no column
_LETTER = re.compile(r"[A-Ja-j]")


class Delimited:
    """A CSV file; blank lines are no rows. Without a header its columns are called by numbers."""

    format = "CSV"
    counts_from: int | None = None

    def __init__(self, path: Path, limits: Limits, how: How) -> None:
        self._path = path
        self._limits = limits
        with self._open() as file:
            header = next((line for line in file if line.strip()), "")
            self._delimiter = max(DELIMITERS, key=header.count)
        with self._open() as file:
            first = next(self._records(file), [])
        if isinstance(first, str):
            raise FileRefused(f"The header cannot be read. {first}")
        self.is_headless = _is_data(first, how) if how.header is None else not how.header
        self.notes = [NO_HEADER] if self.is_headless else []
        if self.is_headless:
            first = [f"column {number}" for number, _ in enumerate(first, start=1)]
        check_names(first)  # before a million names are stripped
        self.names = [name.strip() for name in first]
        check_names(self.names)

    def rows(self, wanted: Collection[str]) -> Iterator[Row]:
        places = {name: self.names.index(name) for name in wanted}
        with self._open() as file:
            records = self._records(file)
            if not self.is_headless:
                next(records, None)
            for record in records:
                if isinstance(record, str):
                    yield record
                elif len(record) != len(self.names):
                    yield self._uneven(len(record), records.line)
                else:
                    cells = {name: record[place] for name, place in places.items()}
                    yield picked(cells, wanted, self._limits)

    def sample(self) -> list[dict[str, Any]]:
        return first_rows(self, self.names)

    def _uneven(self, cells: int, line: int) -> str:
        return (
            f"There are {cells:,} cells (up to line {line:,}), but {len(self.names):,} columns:"
            " put texts that hold commas into double quotes."
        )

    def _open(self) -> TextIO:
        return self._path.open(encoding="utf-8-sig", newline="")

    def _records(self, file: TextIO) -> "_Records":
        return _Records(file, self._delimiter, self._limits)


def _is_data(first: list[str], how: How) -> bool:
    """Whether the first line is a row: a sentence is in it, or a single letter ends it."""
    cells = [cell.strip() for cell in first]
    if len(first) < 2 or not {cell.casefold() for cell in cells}.isdisjoint(how.known):
        return False
    letters = [cell for cell in cells if _LETTER.fullmatch(cell)]
    ends_in_letter = len(cells) > 3 and letters == [cells[-1]]
    return ends_in_letter or any(
        len(cell) > _LONGEST_NAME or _SENTENCE.fullmatch(cell) is not None for cell in cells
    )


class _Records:
    """Records without the blank ones; a reason instead of one whose cell is too large.

    The parser gives up in the midst of such a cell. The quotes counted since the record began say
    where it ends: at the end of the first line up to which their number is even.
    """

    def __init__(self, file: TextIO, delimiter: str, limits: Limits) -> None:
        self._limits = limits
        self._quotes = 0
        self.line = 0
        self._lines = self._counted(file)
        self._reader = csv.reader(self._lines, delimiter=delimiter, strict=True)

    def __iter__(self) -> Iterator[list[str] | str]:
        return self

    def __next__(self) -> list[str] | str:
        for _ in range(self._limits.rows):  # blank ones are passed over, but not without end
            self._quotes = 0
            begin = self.line + 1
            try:
                record = next(self._reader)
            except csv.Error as error:
                if "field larger" in str(error):
                    return self._skipped(begin)
                raise FileRefused(
                    f"The CSV cannot be read in line {self.line:,}: {error}."
                    " Close every double quote, and double those inside a text."
                ) from None
            if any(map(str.strip, record)):
                return record
        raise FileRefused(self._limits.too_many_rows())

    def _counted(self, file: TextIO) -> Iterator[str]:
        for line in file:
            self.line += 1
            self._quotes += line.count('"')
            yield line

    def _skipped(self, begin: int) -> str:
        while self._quotes % 2 and next(self._lines, None) is not None:
            pass
        place = f"line {begin:,}" if begin == self.line else f"lines {begin:,}-{self.line:,}"
        return f"{self._limits.too_large_a_cell()} It is in {place}; is a quote not closed?"
