"""Where the rows of a JSON document lie.

A list                            its elements
"data", "examples", …             the elements of that list
"train", "dev", "test", …         one of several lists, which a person has to choose
objects by their ids              the objects, each with its key as "id"
lists by their columns' names     rows made of their first, second, … elements; as pandas writes
                                  it also {"columns": […], "data": [[…], …]}
any other object                  one row
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from webapp.files.errors import FileRefused, listed, short
from webapp.files.json.text import Cursor, Repeated, value_of
from webapp.files.limits import Limits
from webapp.files.tables import How

# Names of the one list that holds a file's rows, whatever else is beside it.
WRAPPERS = {"data", "examples", "rows", "questions", "items", "instances", "records", "samples"}
WRAPPERS |= {"problems", "entries", "dataset", "questionlist", "results", "tasks", "testcases"}
# Objects with such members are parts of a row, not rows: messages, and options.
_PARTS = ({"role", "content"}, {"from", "value"}, {"label", "text"}, {"key", "text"})
VIEWED = {"row", "row_idx", "truncated_cells"}  # what Hugging Face's viewer says of a row
ID = "id"
MOST_BESIDE = 20  # members beside the object that holds all rows


@dataclass(frozen=True)
class Member:
    """One member of the outermost object."""

    key: str
    at: int  # its value's place in the text
    kind: str  # rows, list, object or plain
    keys: frozenset[str] = frozenset()  # of the object, or of the list's first one
    size: int = 0


class Places:
    """The rows of a JSON text, found once and read as often as one likes. Raises FileRefused."""

    def __init__(self, text: str, limits: Limits, how: How) -> None:
        self._text = text
        self.counts_from: int | None = None
        self._kind, self._at = "list", 0
        self._find(limits, how.rows)

    def _find(self, limits: Limits, wanted: str) -> None:
        if Cursor(self._text).peek() == "[":
            _refuse_another(wanted, [])
            return
        members = _members(self._text, limits)
        if _is_split(self._text, members):
            self._kind = "split"
            return
        chosen = _chosen(members, wanted)
        if chosen is not None:
            self._at = chosen.at
            if "row" in chosen.keys <= VIEWED:
                self.counts_from = 0  # as the viewer of Hugging Face does
        elif inner := _inside(self._text, members):  # {"data": {"dev": […], "test": […]}}
            self._text = inner
            self._find(limits, wanted)
        else:
            _refuse_another(wanted, [])
            self._kind = _kind_of(members)

    def rows(self) -> Iterator[Any]:
        match self._kind:
            case "list":
                cursor = Cursor(self._text, at=self._at)
                for value in cursor.elements():
                    yield _unwrapped(value)
                if not self._at:
                    cursor.end()
            case "objects":
                cursor = Cursor(self._text)
                for key in cursor.members():
                    value = cursor.value()
                    yield value if isinstance(value, Repeated) else {ID: key} | value
            case "columns":
                columns = value_of(self._text)
                for cells in zip_longest(*map(_cells, columns.values())):
                    yield dict(zip(columns, cells, strict=True))
            case "split":
                split = value_of(self._text)
                for cells in split["data"]:
                    yield dict(zip(split["columns"], cells, strict=False))
            case _:
                yield value_of(self._text)


def _refuse_another(wanted: str, there: list[str]) -> None:
    """Raises FileRefused where a person wants a list that is not there."""
    if wanted:
        raise FileRefused(
            f"The mapping names the rows {short(wanted)}, and the file has no such list:"
            f" there is {listed(there)}.",
            field="mapping",
            asks={"rows": there} if there else None,
        )


def _members(text: str, limits: Limits) -> list[Member]:
    found: list[Member] = []
    cursor = Cursor(text)
    for key in cursor.members():
        if len(found) > limits.rows:
            raise FileRefused(limits.too_many_rows())
        found.append(_member(key, cursor))
    cursor.end()
    return found


def _member(key: str, cursor: Cursor) -> Member:
    at = cursor.at
    if cursor.peek() == "[":
        size, keys, is_rows = 0, frozenset[str](), True
        for value in cursor.elements():
            if not size and isinstance(value, dict):
                keys = frozenset(value)
            is_rows = is_rows and isinstance(value, dict)
            size += 1
        is_rows = is_rows and size > 0 and not any(keys <= parts for parts in _PARTS)
        return Member(key, at, "rows" if is_rows else "list", keys, size)
    value = cursor.value()
    if isinstance(value, dict):
        return Member(key, at, "object", frozenset(value), len(value))
    return Member(key, at, "plain")


def _chosen(members: list[Member], wanted: str) -> Member | None:
    """The list that holds the rows, if one does. Raises FileRefused where it cannot be told."""
    lists = [member for member in members if member.kind == "rows"]
    if wanted and lists:
        named = [member for member in lists if member.key == wanted]
        if not named:
            _refuse_another(wanted, [member.key for member in lists])
        return _once(named[0], members)
    told = [m for m in lists if _plain(m.key) in WRAPPERS]
    if not told:  # an empty one, or one whose elements are no objects, is still meant by its name
        there = [m for m in members if m.kind == "list" and m.key == "data" and not lists]
        told = there or lists
    if not told:
        return None
    if len({member.key for member in told}) > 1:
        sizes = ", ".join(f"{short(m.key)} ({m.size:,})" for m in told[:20])
        raise FileRefused(
            f"The file has several lists of rows: {sizes}. Which of them holds the questions?",
            field="mapping",
            asks={"rows": [member.key for member in told[:20]]},
        )
    return _once(told[0], members)


def _once(chosen: Member, members: list[Member]) -> Member:
    if sum(member.key == chosen.key for member in members) > 1:
        raise FileRefused(f'The JSON has "{chosen.key[:40]}" twice: keep one of them.')
    return chosen


def _kind_of(members: list[Member]) -> str:
    """What an object is that holds no list of rows."""
    kinds = Counter(member.kind for member in members)
    sizes = {member.size for member in members}
    lists = [member for member in members if member.kind == "list" and not member.keys]
    if len(lists) == len(members) > 1 and len(sizes) == 1 and sizes != {0}:
        return "columns"
    if not members or kinds["object"] != len(members):
        return "row"
    numbered = all(key.isdecimal() for member in members for key in member.keys)
    return "columns" if numbered and len({m.keys for m in members}) == 1 else "objects"


def _inside(text: str, members: list[Member]) -> str:
    """The object that holds all rows, if one does; empty otherwise."""
    there = [m for m in members if m.kind == "object" and _plain(m.key) in WRAPPERS]
    if len(there) != 1 or len(members) > MOST_BESIDE:
        return ""
    cursor = Cursor(text, at=there[0].at)
    cursor.value()
    return text[there[0].at : cursor.at].rstrip().rstrip(",").rstrip()


def _is_split(text: str, members: list[Member]) -> bool:
    """Whether the names of columns stand beside rows that are lists."""
    places = {member.key: member for member in members if member.kind == "list"}
    if not {"columns", "data"} <= places.keys():
        return False
    names = Cursor(text, at=places["columns"].at).value()
    return all(isinstance(name, str) for name in names) and all(
        isinstance(row, list) for row in Cursor(text, at=places["data"].at).value()
    )


def _cells(column: Any) -> list[Any]:
    return list(column.values()) if isinstance(column, dict) else column


def _unwrapped(value: Any) -> Any:
    """A row as it is; the viewer of Hugging Face has it beside its number."""
    if isinstance(value, dict) and isinstance(value.get("row"), dict) and value.keys() <= VIEWED:
        return value["row"]
    return value


def _plain(key: str) -> str:
    return "".join(filter(str.isalnum, key.casefold()))
