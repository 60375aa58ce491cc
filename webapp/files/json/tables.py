"""JSON (rows wherever they lie in it: places.py) and JSONL (a row a line).

The columns are the keys of all rows together, so a first pass collects them, and finds what is no
JSON before any row is taken.
"""

from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Any

from webapp.files.errors import FileRefused, short
from webapp.files.json.places import Places
from webapp.files.json.text import Repeated, value_of
from webapp.files.json.unfolding import unfolded
from webapp.files.limits import MB, MOST_COLUMNS, Limits
from webapp.files.tables import How, Row, check_names, first_rows, picked
from webapp.files.text import BOM

NO_OBJECT = 'This is no object: give {"question": …, "answer": …}.'


def open_json(path: Path, limits: Limits, how: How) -> "JsonList | JsonLines":
    """A file that begins with a bracket or a brace. Raises FileRefused."""
    if _has_rows_in_lines(path, limits):
        return JsonLines(path, limits)
    return JsonList(path, limits, how)


def _has_rows_in_lines(path: Path, limits: Limits) -> bool:
    """Whether the first line, or else the second, is an object of its own among several lines."""
    with path.open("rb") as file:
        lines = _lines(file)
        first, second = next(lines), next(lines, None)
    if not (first.startswith(b"{") and first.endswith(b"}")) or second is None:
        return False
    return len(first) > limits.row or _is_object(first) or _is_object(second)


def _is_object(line: bytes) -> bool:
    try:
        return isinstance(value_of(line.decode()), dict)
    except FileRefused:
        return False


class JsonList:
    """One JSON document. Its text is held in memory, which the limits allow for."""

    format = "JSON"
    is_headless = False

    def __init__(self, path: Path, limits: Limits, how: How) -> None:
        self._places = Places(path.read_text(encoding="utf-8-sig"), limits, how)
        self._limits = limits
        self.notes: list[str] = []
        self.counts_from = self._places.counts_from
        self.names = _names(self._values(), limits)

    def rows(self, wanted: Collection[str]) -> Iterator[Row]:
        for value in self._values():
            yield _row(value, wanted, self._limits)

    def sample(self) -> list[dict[str, Any]]:
        return first_rows(self, self.names)

    def _values(self) -> Iterator[Any]:
        for value in self._places.rows():
            yield from unfolded(value)


class JsonLines:
    """A JSON object in every line that is not blank."""

    format = "JSONL"
    is_headless = False
    counts_from: int | None = None

    def __init__(self, path: Path, limits: Limits) -> None:
        self._path = path
        self._limits = limits
        self.notes: list[str] = []
        self.names = _names(self._values(), limits)

    def rows(self, wanted: Collection[str]) -> Iterator[Row]:
        for value in self._values():
            yield value if isinstance(value, str) else _row(value, wanted, self._limits)

    def sample(self) -> list[dict[str, Any]]:
        return first_rows(self, self.names)

    def _values(self) -> Iterator[Any]:
        # Bytes are cut at \n only: text would be cut at \r too.
        with self._path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                if number > 2 * self._limits.rows:  # every other line may be blank
                    raise FileRefused(self._limits.too_many_rows())
                if len(line) > self._limits.row:
                    size = f"{self._limits.row / MB:,g} MB"
                    yield f"Line {number:,} has more than {size}: shorten its texts."
                elif stripped := _stripped(line):
                    yield from unfolded(_of_line(stripped.decode(), number))


def _of_line(text: str, number: int) -> Any:
    """What a line says, or what is wrong with it: others may be good."""
    try:
        value = value_of(text, f" in line {number:,}")
    except FileRefused as refused:
        return str(refused)
    return NO_OBJECT if isinstance(value, str) else value


def _lines(file: Iterable[bytes]) -> Iterator[bytes]:
    return filter(None, map(_stripped, file))


def _stripped(line: bytes) -> bytes:
    return line.removeprefix(BOM).strip()


def _names(values: Iterable[Any], limits: Limits) -> list[str]:
    """The keys of all rows, in the order they come. Raises FileRefused."""
    names: dict[str, None] = {}
    for row, value in enumerate(values, start=1):
        if row > limits.rows:
            raise FileRefused(limits.too_many_rows())
        if isinstance(value, Repeated):
            raise FileRefused(f"Row {row} has {short(value.key)} twice: keep one of them.")
        if isinstance(value, dict) and not value.keys() <= names.keys():
            names |= dict.fromkeys(value)
            if len(names) > MOST_COLUMNS:
                break
    check_names(names)
    return list(names)


def _row(value: Any, wanted: Collection[str], limits: Limits) -> Row:
    return picked(value, wanted, limits) if isinstance(value, dict) else NO_OBJECT
