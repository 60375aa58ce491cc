"""What is wrong with a file or with one of its rows.

FileRefused   the file as a whole is not taken
RowRefused    one row is not taken; becomes a RowError, which knows the row's number
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

LONGEST_SHOWN = 40  # characters of something from a file that a message quotes


@dataclass(frozen=True)
class RowError:
    """A row that cannot be taken, and why. Rows count from 1, without a header; None: no row."""

    row: int | None
    message: str

    def __str__(self) -> str:
        return self.message if self.row is None else f"Row {self.row}: {self.message}"


class FileRefused(ValueError):
    """The file cannot be taken; the message says where it is wrong and what to do.

    `errors` lists rows that are the reason, the first ones only; `bad_rows` counts all of them.
    `field` is the part of the request that is to be put right: file, name, kind or mapping.
    `names` are the columns of a file that could be opened, but not taken as it is mapped, and
    `first` the cells of its first rows and columns, cut short. `asks` is what a person has to say
    first: a word of the mapping → what to choose from.
    """

    def __init__(
        self,
        message: str,
        errors: Sequence[RowError] = (),
        *,
        bad_rows: int = 0,
        field: str = "file",
        names: Sequence[str] = (),
        first: Sequence[Sequence[str]] = (),
        asks: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        super().__init__(message)
        self.errors = list(errors)
        self.bad_rows = max(bad_rows, len(self.errors))
        self.field = field
        self.names = list(names)
        self.first = [list(cells) for cells in first]
        self.asks = {word: list(choices) for word, choices in (asks or {}).items()}

    @property
    def with_advice(self) -> str:
        """The message for whoever has no form to choose in."""
        words = [
            f'"{word}": one of {", ".join(json.dumps(choice) for choice in choices)}'
            for word, choices in self.asks.items()
        ]
        return f"{self} Say it in the mapping: {'; '.join(words)}." if words else str(self)


class NoSpace(FileRefused):
    """There is too little room on the disk for any file (`webapp/files/room.py`)."""


class RowRefused(ValueError):
    """One row cannot be taken; the message says why."""


def short(text: str) -> str:
    """Something from a file, quoted in a message."""
    return repr(text if len(text) <= LONGEST_SHOWN else text[: LONGEST_SHOWN - 1] + "…")


def listed(names: Sequence[str], most: int = 20) -> str:
    """Names from a file in a message; "none" when there are none."""
    more = f" and {len(names) - most:,} more" if len(names) > most else ""
    return (", ".join(map(short, names[:most])) or "none") + more
