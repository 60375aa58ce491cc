"""Pages of a long table by key: the last page costs what the first one does."""

from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db.models import Model, QuerySet
from django.http import HttpRequest

from webapp.db.keys import Order
from webapp.pages.shared.addresses import key_param

Row = TypeVar("Row", bound=Model)

SIZE = 50  # rows


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Some rows in order; addresses of the pages beside them, empty at either end."""

    rows: list[Row]
    previous: str
    next: str


def page_of(
    request: HttpRequest,
    rows: QuerySet[Row],
    *,
    newest_first: bool = False,
    order: Order | None = None,
    size: int = SIZE,
) -> Page[Row]:
    """The page that `?after=` or `?before=` a key asks for; the first one without them."""
    by = order or Order(falling=newest_first)
    after, before = key_param(request.GET, "after"), key_param(request.GET, "before")
    if before is not None:
        earlier = by.behind(rows, before, backwards=True)
        found = list(by.sorted(earlier, backwards=True)[: size + 1])
        shown = found[:size][::-1]
        is_first, is_last = len(found) <= size, False
    else:
        rest = rows if after is None else by.behind(rows, after)
        found = list(by.sorted(rest)[: size + 1])
        shown = found[:size]
        is_first, is_last = after is None, len(found) <= size
    return Page(
        shown,
        previous="" if is_first else _address(request, "before", shown[:1]),
        next="" if is_last else _address(request, "after", shown[-1:]),
    )


def _address(request: HttpRequest, name: str, rows: list[Row]) -> str:
    """The same filters, from this row on."""
    if not rows:
        return ""
    query = request.GET.copy()
    for old in ("after", "before"):
        query.pop(old, None)
    query[name] = str(rows[0].pk)
    return f"?{query.urlencode()}"
