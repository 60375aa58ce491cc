"""The controls of a list's filters: what an address asks for, to be seen and changed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Option:
    """`value` None: the title is the value, too."""

    value: str | None
    title: str
    is_chosen: bool


@dataclass(frozen=True)
class Select:
    name: str
    label: str
    any: str  # what no choice is called
    options: Sequence[Option]
    kind: str = "select"


@dataclass(frozen=True)
class Check:
    name: str
    label: str
    is_chosen: bool
    kind: str = "check"


@dataclass(frozen=True)
class Search:
    """A text; `key` leads to it."""

    name: str
    label: str
    value: str
    placeholder: str = ""
    longest: int | None = None  # characters
    kind: str = "search"
    key: str = "/"


@dataclass(frozen=True)
class Day:
    """A date, as 2026-05-31; blank for none."""

    name: str
    label: str
    value: str
    kind: str = "day"


Control = Select | Check | Search | Day


def select(
    name: str, label: str, any: str, options: Iterable[tuple[object, object]], chosen: str
) -> Select:
    """Of values and titles."""
    told = [Option(str(value), str(title), str(value) == chosen) for value, title in options]
    return Select(name, label, any, told)


def select_text(name: str, label: str, any: str, texts: Iterable[str], chosen: str) -> Select:
    """Of texts that stand for themselves."""
    return Select(name, label, any, [Option(None, text, text == chosen) for text in texts])


def without_control(given: Mapping[str, str], controls: Iterable[Control]) -> list[tuple[str, str]]:
    """What is asked for that no control shows, so that choosing something else does not lose it."""
    shown = {control.name for control in controls}
    return [(name, value) for name, value in given.items() if value and name not in shown]
