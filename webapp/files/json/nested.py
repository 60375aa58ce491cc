"""Cells inside cells: a column that holds objects has its members as columns too.

`question.stem` is the member "stem" of the objects in the column "question". Which members there
are is seen in the first rows; others may be named all the same.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from webapp.files.limits import LONGEST_NAME, MOST_COLUMNS
from webapp.files.tables import Row, Table, is_text

DEEPEST = 3  # names in a path
MOST_PATHS = 100  # that are offered


def own_columns(table: Table) -> list[str]:
    """The columns of the file itself, without the paths into their cells."""
    return table.columns if isinstance(table, Nested) else table.names


class Nested:
    """A table with the paths into its cells among its names, each after its column."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self.format = table.format
        self.notes = table.notes
        self.is_headless = table.is_headless
        self.counts_from = table.counts_from
        self._sample = table.sample()
        self.columns = list(table.names)
        self.names: list[str] = []
        for name in self.columns:
            self.names += [name, *self._members(name)]
        if len(self.names) > MOST_COLUMNS:
            self.names = self.columns

    def rows(self, wanted: Collection[str]) -> Iterator[Row]:
        ways = {name: self.way(name) for name in wanted}
        columns = {way[0] for way in ways.values()}
        if columns == set(wanted):
            yield from self._table.rows(wanted)
            return
        for row in self._table.rows(columns):
            yield row if isinstance(row, str) else _at(row, ways)

    def sample(self) -> list[dict[str, Any]]:
        ways = {name: self.way(name) for name in self.names}
        return [_at(row, ways) for row in self._sample]

    def way(self, name: str) -> list[str]:
        """The column and the names of members in it. A column's own name may hold dots."""
        if name in self.columns:
            return [name]
        parts = name.split(".")
        for size in range(len(parts) - 1, 0, -1):
            if (column := ".".join(parts[:size])) in self.columns:
                return [column, *parts[size:]]
        return [name]

    def _members(self, name: str) -> list[str]:
        objects = [cell for row in self._sample if isinstance(cell := row.get(name), dict)]
        return _paths(name, objects, DEEPEST - 1)


def unused(names: Sequence[str], wanted: Sequence[str]) -> list[str]:
    """Columns, and members of those that were used in part, of which nothing was taken."""
    used = set(wanted)
    parts = {name[:at] for name in wanted for at, sign in enumerate(name) if sign == "."}
    whole = [name for name in names if name not in used and name not in parts]
    # Of what was not used at all, or as a whole, its name says enough.
    outer = used | set(whole)
    return [
        name
        for name in whole
        if not any(name[:at] in outer for at, sign in enumerate(name) if sign == ".")
    ]


def _paths(name: str, objects: list[dict[str, Any]], deeper: int) -> list[str]:
    keys = dict.fromkeys(key for cell in objects for key in cell)
    if not deeper or not 0 < len(keys) <= MOST_PATHS:
        return []
    found = []
    for key in keys:
        path = f"{name}.{key}"
        if len(path) <= LONGEST_NAME and is_text(path):
            inner = [value for cell in objects if isinstance(value := cell.get(key), dict)]
            found += [path, *_paths(path, inner, deeper - 1)]
    return found[:MOST_PATHS]


def _at(row: Mapping[str, Any], ways: Mapping[str, list[str]]) -> dict[str, Any]:
    found = {}
    for name, way in ways.items():
        cell: Any = row
        for key in way:
            cell = cell.get(key) if isinstance(cell, Mapping) else None
        found[name] = cell
    return found
