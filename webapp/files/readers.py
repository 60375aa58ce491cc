"""What makes something of a table's rows: named by a dotted path, made and used in the child."""

from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from typing import Any

from webapp.files.tables import Table

Columns = dict[str, str | list[str]]  # what was taken → the file's column, or columns


class Reader:
    """Takes rows one after the other. Must not import Django, nor print.

    `columns` are fixed from the start: rows come with these columns of the file, and no others.
    """

    columns: Columns
    looks_at = 0  # rows that it wants to see before it takes the first

    def look(self, record: Mapping[str, Any]) -> None:
        """See a row beforehand."""

    def decide(self) -> None:
        """All rows that it looks at were shown. Raises FileRefused."""

    def take(self, row: int, record: Mapping[str, Any]) -> dict[str, Any] | None:
        """What is kept of a row, fit for JSON; None: it belongs to what comes later.

        Raises RowRefused.
        """
        raise NotImplementedError

    def rest(self) -> Iterator[dict[str, Any]]:
        """What is kept of the last rows. Raises RowRefused."""
        yield from ()

    @property
    def warnings(self) -> list[str]:
        """What people should know of the whole file; asked for after the last row."""
        return []

    @property
    def told(self) -> dict[str, Any]:
        """What whoever asked for the reading should know, fit for JSON; asked for at last."""
        return {}


# Called with the file's table and the settings that `read_file` was given. Raises FileRefused when
# the columns are not there.
Factory = Callable[[Table, Mapping[str, Any]], Reader]


def factory_at(path: str) -> Factory:
    """The factory that `package.module:factory` names."""
    module, name = path.split(":")
    found: Factory = getattr(import_module(module), name)
    return found
