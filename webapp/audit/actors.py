"""Who is acting: set once where a request or a command comes in, asked by `record`."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any


class Way(StrEnum):
    """By what somebody acts."""

    PAGE = "page"
    TOKEN = "token"  # noqa: S105
    COMMAND = "command"
    SYSTEM = "system"  # a worker


@dataclass(frozen=True)
class Actor:
    """A person in a team, as far as they are known."""

    way: Way = Way.SYSTEM
    means: str = ""  # the token's name; of a command, who is signed in on the machine
    address: str = ""  # that the request came from
    person_id: int | None = None
    person: str = ""
    team_id: int | None = None
    team: str = ""


_acting: ContextVar[Actor] = ContextVar("acting", default=Actor())  # noqa: B039 (frozen)


def actor() -> Actor:
    return _acting.get()


@contextmanager
def acting(**known: Any) -> Iterator[None]:
    """Whoever acts in the block; what is not said stays as it is outside of it."""
    before = _acting.set(replace(actor(), **known))
    try:
        yield
    finally:
        _acting.reset(before)


def become(**known: Any) -> None:
    """The same for the rest of the block around it: who somebody is turns out in the midst."""
    _acting.set(replace(actor(), **known))
