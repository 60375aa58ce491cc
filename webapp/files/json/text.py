"""JSON read value by value, so that only one row at a time is held as Python objects."""

import json
from collections.abc import Iterator
from json.decoder import WHITESPACE  # type: ignore[attr-defined]
from typing import Any

from webapp.files.errors import FileRefused
from webapp.files.tables import Written, doubled


class Repeated(dict[str, Any]):
    """An object that named a key twice; only as a row does that matter."""

    key: str = ""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    repeated = Repeated(found)
    repeated.key = doubled(key for key, _ in pairs) or ""
    return repeated


# Numbers as written, NaN (which pandas writes for "missing") as null.
_decoder = json.JSONDecoder(
    parse_int=Written,
    parse_float=Written,
    parse_constant=lambda name: None if name == "NaN" else Written(name),
    object_pairs_hook=_object,
)


class Cursor:
    """A place in a JSON text. Every method raises FileRefused where the text is no JSON.

    `where` names the text in messages; without it they give line and column.
    """

    def __init__(self, text: str, where: str = "", at: int = 0) -> None:
        self._text = text
        self._where = where
        self._at = at
        self._skip()

    @property
    def at(self) -> int:
        return self._at

    def peek(self) -> str:
        """The next character; empty at the end."""
        return self._text[self._at : self._at + 1]

    def take(self, character: str) -> bool:
        """Go past the character if it is next."""
        if self.peek() != character:
            return False
        self._at += 1
        self._skip()
        return True

    def expect(self, character: str) -> None:
        if not self.take(character):
            self._refuse(f"Expecting {character!r}", self._at)

    def value(self) -> Any:
        """The value that begins here."""
        try:
            value, self._at = _decoder.raw_decode(self._text, self._at)
        except RecursionError:
            raise FileRefused(
                f"The JSON{self._where} is nested too deeply: give a flat list."
            ) from None
        except json.JSONDecodeError as error:
            self._refuse(error.msg, error.pos)
        self._skip()
        return value

    def elements(self) -> Iterator[Any]:
        """The values of the list that begins here, one by one."""
        self.expect("[")
        if self.take("]"):
            return
        yield self.value()
        while not self.take("]"):
            self.expect(",")
            yield self.value()

    def members(self) -> Iterator[str]:
        """The keys of the object that begins here; whoever iterates reads each one's value."""
        self.expect("{")
        if self.take("}"):
            return
        yield self._key()
        while not self.take("}"):
            self.expect(",")
            yield self._key()

    def end(self) -> None:
        if self.peek():
            self._refuse("Extra data", self._at)

    def _key(self) -> str:
        if self.peek() != '"':
            self._refuse("Expecting property name enclosed in double quotes", self._at)
        key: str = self.value()
        self.expect(":")
        return key

    def _skip(self) -> None:
        self._at = WHITESPACE.match(self._text, self._at).end()

    def _refuse(self, message: str, at: int) -> None:
        is_cut = not self._text[at : at + 1000].strip() or message.startswith("Unterminated string")
        place = self._where
        if not place:
            line = self._text.count("\n", 0, at) + 1
            place = f" in line {line:,}, column {at - self._text.rfind(chr(10), 0, at):,},"
        what = "line" if self._where else "file"
        ends = f" The {what} seems cut off: export it again." if is_cut else ""
        raise FileRefused(f"The JSON{place} cannot be read: {message}.{ends}")


def value_of(text: str, where: str = "") -> Any:
    """A text that is one JSON value. Raises FileRefused."""
    cursor = Cursor(text, where)
    value = cursor.value()
    cursor.end()
    return value
