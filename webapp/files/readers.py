"""What makes something of a table's rows: named by a dotted path, made and used in the child."""

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Any, Protocol

Columns = dict[str, str | list[str]]  # what was taken → the file's column, or columns


class Reader(Protocol):
    """Takes rows one after the other. Must not import Django, nor print."""

    @property
    def columns(self) -> Columns:
        """Fixed from the start: rows come with these columns of the file, and no others."""

    @property
    def warnings(self) -> list[str]:
        """What people should know of the whole file; asked for after the last row."""

    def take(self, row: int, record: Mapping[str, Any]) -> dict[str, Any]:
        """What is kept of a row, fit for JSON. Raises RowRefused."""


# Called with the names of a file's columns and the settings that `read_file` was given. Raises
# FileRefused when the columns are not there.
Factory = Callable[[Sequence[str], Mapping[str, Any]], Reader]


def factory_at(path: str) -> Factory:
    """The factory that `package.module:factory` names."""
    module, name = path.split(":")
    found: Factory = getattr(import_module(module), name)
    return found
