"""The table of gold answers in doubt: what it shows, in the order that an address asks for."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from webapp.findings.sets.suspected import Doubt, Suspect


@dataclass(frozen=True)
class Column:
    """`sort`: its key in addresses, of a column that the table can be sorted by."""

    title: str
    sort: str = ""
    value: Callable[[Suspect], Any] = lambda suspect: None
    is_number: bool = False


COLUMNS = [
    Column("No.", "number", lambda one: one.question.row, True),
    Column("Question"),
    Column("Gold"),
    Column("Right", "right", lambda one: one.share_right, True),
    Column("Most say", "most", lambda one: one.share_of_most, True),
    Column("Their strength", "strength", lambda one: one.strength, True),
    Column("Probably wrong", "wrong", lambda one: one.row["probability"], True),
]
USUAL = {Doubt.SUSPECTED: "-wrong", Doubt.FAILED: ""}  # blank: as they were found


@dataclass(frozen=True)
class Head:
    column: Column
    sorted: str  # "ascending", "descending" or nothing
    query: str  # blank: it cannot be sorted by


def heads(doubt: str, sort: str) -> list[Head]:
    return [_head(column, doubt, sort) for column in COLUMNS]


def ranked(rows: Sequence[Suspect], sort: str) -> list[Suspect]:
    """By a column; of equals those first that were found first. Only what is kept is sorted."""
    named = {column.sort: column for column in COLUMNS if column.sort}
    column = named.get(sort.removeprefix("-"))
    if column is None:
        return list(rows)
    return sorted(rows, key=column.value, reverse=sort.startswith("-"))


def _head(column: Column, doubt: str, sort: str) -> Head:
    """A click turns the order round; figures begin with the largest, but for the number."""
    if not column.sort:
        return Head(column, "", "")
    falls = column.is_number and column.sort not in ("number", "right")
    first, second = (f"-{column.sort}", column.sort) if falls else (column.sort, f"-{column.sort}")
    now = sort or USUAL.get(Doubt(doubt), "")
    is_by = now.removeprefix("-") == column.sort
    told = ("descending" if now.startswith("-") else "ascending") if is_by else ""
    wanted = second if now == first else first
    return Head(column, told, urlencode({"doubt": doubt, "sort": wanted}))
