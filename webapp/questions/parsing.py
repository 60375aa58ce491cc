"""From the bytes of a file to its rows: CSV, JSON or JSONL, recognised by content.

Knows nothing about questions: a row is a mapping from column to whatever the file says. Whatever
makes the file as a whole unreadable raises FileRefused with the place and what to do.
"""

import csv
import io
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

BOM = "\ufeff"
DELIMITERS = (",", ";", "\t")
NO_OBJECT = 'This is no object: give {"question": …, "answer": …}.'
PACKED = {b"PK\x03\x04": "a zip archive or spreadsheet", b"PAR1": "a Parquet file"}


class FileRefused(ValueError):
    """The file cannot be taken; the message says where it is wrong and what to do."""


class Written(str):
    """A number as the file spells it (033, 1.50, ten thousand digits): no digit is lost."""


@dataclass(frozen=True)
class Table:
    """A file's rows, in order; a row that could not be read is the reason why."""

    format: str  # CSV, JSON or JSONL
    names: list[str]  # of all columns
    rows: list[dict[str, Any] | str]


def parse(content: bytes) -> Table:
    """The rows of a file. Raises FileRefused."""
    text = _decoded(content)
    match text.lstrip()[:1]:
        case "":
            raise FileRefused("The file is empty: choose a file with questions.")
        case "[":
            return _json(text)
        case "{":
            first = text.lstrip().split("\n", 1)[0]
            return _jsonl(text) if _is_object(first) and not _is_whole(text) else _json(text)
        case _:
            return _csv(text)


def _decoded(content: bytes) -> str:
    for magic, what in PACKED.items():
        if content.startswith(magic):
            raise FileRefused(f"This is {what}: save the questions as CSV, JSON or JSONL.")
    if b"\0" in content:
        at = content[: content.index(b"\0")].count(b"\n") + 1
        raise FileRefused(
            f"Line {at} holds a NUL byte, which no text has: save the file as UTF-8 text."
        )
    try:
        return content.decode("utf-8").removeprefix(BOM)
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise FileRefused(
            f"Line {line} is not UTF-8 (byte {error.start + 1}): save the file as UTF-8 text."
        ) from None


def _is_object(line: str) -> bool:
    try:
        return isinstance(_value(line), dict)
    except FileRefused:
        return False


def _is_whole(text: str) -> bool:
    """Whether the text is one object and nothing more, as {"data": […]} on a single line is."""
    return "\n" not in text.strip() and _rows_in(_value(text)) is not None


def _value(text: str, where: str = "") -> Any:
    """One JSON value; numbers as written, NaN (which pandas writes for "missing") as null."""
    try:
        return json.loads(
            text,
            parse_int=Written,
            parse_float=Written,
            parse_constant=lambda name: None if name == "NaN" else Written(name),
            object_pairs_hook=_object,
        )
    except RecursionError:
        raise FileRefused(f"The JSON{where} is nested too deeply: give a flat list.") from None
    except json.JSONDecodeError as error:
        place = where or f" in line {error.lineno}, column {error.colno},"
        ends = " The file seems cut off: export it again." if _is_cut(text, error) else ""
        raise FileRefused(f"The JSON{place} cannot be read: {error.msg}.{ends}") from None


def _is_cut(text: str, error: json.JSONDecodeError) -> bool:
    return error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated string")


class _Repeated(dict[str, Any]):
    """An object that named a key twice; only as a row does that matter."""

    key: str = ""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    repeated = _Repeated(found)
    repeated.key = _doubled(key for key, _ in pairs) or ""
    return repeated


def _doubled(names: Iterable[str]) -> str | None:
    """The first name that is there more than once."""
    return next((name for name, times in Counter(names).items() if times > 1), None)


def _rows_in(value: Any) -> list[Any] | None:
    """The rows of a JSON file: a list, or an object that holds one under "data"."""
    if isinstance(value, dict):
        value = value.get("data")
    return value if isinstance(value, list) else None


def _json(text: str) -> Table:
    value = _value(text)
    rows = _rows_in(value)
    if rows is None and isinstance(value, dict):
        rows = [value]  # a JSONL file of one line
    return _table("JSON", rows or [])


def _jsonl(text: str) -> Table:
    # Only \n ends a line: splitlines() would also cut inside strings, at U+2028 and the like.
    lines = [(n, line) for n, line in enumerate(text.split("\n"), start=1) if line.strip()]
    return _table("JSONL", [_value(line, f" in line {n}") for n, line in lines])


def _table(format: str, values: list[Any]) -> Table:
    names: dict[str, None] = {}
    for row, value in enumerate(values, start=1):
        if isinstance(value, _Repeated):
            raise FileRefused(f"Row {row} has {value.key!r} twice: keep one of them.")
        if isinstance(value, dict):
            names |= dict.fromkeys(value)
    rows = [value if isinstance(value, dict) else NO_OBJECT for value in values]
    return Table(format, list(names), rows)


def _csv(text: str) -> Table:
    # One limit for the whole process (libraries read CSV too), so it is never lowered. The size of
    # the file was checked before.
    csv.field_size_limit(max(len(text), csv.field_size_limit()))
    reader = _reader(text)
    records = _records(reader)
    names = [name.strip() for name in next(records, [])]
    doubled = _doubled(name for name in names if name)
    if doubled is not None:
        raise FileRefused(f"The column {doubled!r} is there twice: keep one of them.")
    rows = [_row(names, record, reader.line_num) for record in records]
    return Table("CSV", names, rows)


def _row(names: list[str], record: list[str], line: int) -> dict[str, Any] | str:
    if len(record) == len(names):
        return dict(zip(names, record, strict=True))
    return (
        f"There are {len(record)} cells (up to line {line}), but {len(names)} columns:"
        " put texts that hold commas into double quotes."
    )


def _reader(text: str) -> Any:
    """A CSV reader for the delimiter that divides the header most; a comma, when in doubt."""
    header = text.lstrip().split("\n", 1)[0]
    delimiter = max(DELIMITERS, key=header.count)
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)


def _records(reader: Any) -> Iterator[list[str]]:
    """Records without the blank lines."""
    while True:
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise FileRefused(
                f"The CSV cannot be read in line {reader.line_num}: {error}."
                " Close every double quote, and double those inside a text."
            ) from None
        if any(cell.strip() for cell in record):
            yield record
