"""In which order an address asks for a profile's table, and the addresses of other orders."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any
from urllib.parse import urlencode
from zlib import crc32

from django.http import HttpRequest

from webapp.pages.shared.addresses import page_param, text_param

FAMILY, SKILL = "family", "skill"  # kinds of columns; with a name after a colon they sort experts
AT_ONCE = 40  # columns of one page

ROWS = {"strength": "strongest first", "name": "by name"}
SHOWN = {FAMILY: "families", SKILL: "skills"}
COLUMNS = {
    "family": "by family",
    "questions": "most questions",
    "name": "by name",
    "spread": "largest spread",
}
SHORT, LONG = "short", "long"
CELLS = {SHORT: "percent", LONG: "percent, questions, interval"}
FEW = 15  # columns that have room for long cells, where nobody asks for short ones


@dataclass(frozen=True)
class Order:
    """What an address asks for; what means nothing counts as not asked."""

    rows: str = "strength"  # of ROWS, or a column's key
    shown: str = SKILL
    columns: str = "questions"  # the order of skills
    open: str = ""  # the family whose skills stand beside it
    cells: str = ""  # of CELLS; blank: as there is room
    page: int = 1
    has_families: bool = False

    @classmethod
    def usual(cls, has_families: bool) -> "Order":
        if not has_families:
            return cls()
        return cls(shown=FAMILY, columns="family", has_families=True)

    @classmethod
    def of(cls, request: HttpRequest, has_families: bool) -> "Order":
        given, usual = request.GET, cls.usual(has_families)

        def one_of(names: Any, name: str) -> str:
            said = given.get(name, "")
            return said if said in names else getattr(usual, name)

        rows = text_param(given, "rows")
        kind, _, name = rows.partition(":")
        return replace(
            usual,
            rows=rows if rows in ROWS or (kind in SHOWN and name) else usual.rows,
            shown=one_of(SHOWN, "shown") if has_families else SKILL,
            columns=one_of(usual.orders, "columns"),
            open=text_param(given, "open") if has_families else "",
            cells=one_of(CELLS, "cells"),
            page=page_param(request),
        )

    def but(self, **changes: Any) -> "Order":
        return replace(self, **changes)

    @property
    def orders(self) -> dict[str, str]:
        """How skills may stand."""
        return {key: title for key, title in COLUMNS.items() if key != FAMILY or self.has_families}

    @property
    def query(self) -> str:
        usual = asdict(self.usual(self.has_families))
        return urlencode({key: value for key, value in asdict(self).items() if value != usual[key]})

    @property
    def address(self) -> str:
        return f"?{self.query}#scores-title"


@dataclass(frozen=True)
class Column:
    """A family or a skill, with where its links lead."""

    order: Order
    kind: str  # FAMILY or SKILL
    name: str
    questions: int
    group: str = ""  # the family that it stands under
    place: int = 0  # among the families

    @property
    def key(self) -> str:
        return f"{self.kind}:{self.name}"

    @property
    def id(self) -> str:
        """In the page, wherever it stands: so that focus stays on it."""
        return f"column-{crc32(self.key.encode()):x}"

    @property
    def is_sorted(self) -> bool:
        return self.order.rows == self.key

    @property
    def is_open(self) -> bool:
        return self.kind == FAMILY and self.order.open == self.name

    @property
    def sorting(self) -> Order:
        """The experts by it, or no more."""
        return self.order.but(rows="strength" if self.is_sorted else self.key)

    @property
    def opening(self) -> Order:
        """A family's skills beside it, or no more, on the page where it stands."""
        page = 1 + self.place // AT_ONCE
        return self.order.but(open="" if self.is_open else self.name, page=page)

    @property
    def query(self) -> str:
        return urlencode({self.kind: self.name})


@dataclass(frozen=True)
class OrderChoice:
    title: str
    order: Order
    is_chosen: bool


def choices(order: Order, cells: str) -> Iterator[tuple[str, list[OrderChoice]]]:
    """What can be chosen: columns, experts' order, skills' order, what cells say; now `cells`."""
    if order.has_families:
        yield "Columns", _choices(order, "shown", SHOWN, order.shown)
    name = order.rows.partition(":")[2]
    rows = {**ROWS, order.rows: f"by {name}"} if name else ROWS
    yield "Experts", _choices(order, "rows", rows, order.rows)
    if order.shown == SKILL:
        yield "Skills", _choices(order, "columns", order.orders, order.columns)
    yield "Cells", _choices(order, "cells", CELLS, cells)


def _choices(order: Order, name: str, titles: Mapping[str, str], chosen: str) -> list[OrderChoice]:
    """Another order of columns begins with the first of them."""
    page = 1 if name in ("shown", "columns") else order.page
    return [
        OrderChoice(title, order.but(**{name: key, "page": page}), key == chosen)
        for key, title in titles.items()
    ]
