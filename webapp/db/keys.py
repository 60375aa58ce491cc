"""Keys of rows: as a text names them, and as the second part of an order."""

from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import BooleanField, F, Func, Model, QuerySet, Value

Row = TypeVar("Row", bound=Model)

LONGEST = 18  # digits of a key that Postgres can hold


def key(text: str) -> int | None:
    """A row's key, or another whole number; None where the text is none."""
    is_key = text.isascii() and text.isdigit() and len(text) <= LONGEST
    return int(text) if is_key else None


@dataclass(frozen=True)
class Order:
    """By a column that is never null, and by key among its equals; blank: by key alone.

    What is shown by it needs an index of column and key, behind whatever is filtered by.
    """

    column: str = ""
    falling: bool = False

    def sorted(self, rows: QuerySet[Row], *, backwards: bool = False) -> QuerySet[Row]:
        sign = "-" if self.falling != backwards else ""
        return rows.order_by(*(f"{sign}{name}" for name in (self.column, "pk") if name))

    def behind(self, rows: QuerySet[Row], key: int, *, backwards: bool = False) -> QuerySet[Row]:
        """The rows that come after the one with a key, or before it; none, where it is not there
        and the order is by a column."""
        than = "<" if self.falling != backwards else ">"
        if not self.column:
            return rows.filter(**{"pk__lt" if than == "<" else "pk__gt": key})
        value = rows.model._base_manager.filter(pk=key).values_list(self.column, flat=True).first()
        return (
            rows.none() if value is None else rows.filter(_compared(self.column, value, key, than))
        )


def _compared(column: str, value: Any, key: int, than: str) -> Func:
    """Compares (column, key) as one, by which Postgres goes to its place in an index at once."""
    ours = Func(F(column), F("pk"), function="ROW")
    theirs = Func(Value(value), Value(key), function="ROW")
    return Func(
        ours,
        theirs,
        template="(%(expressions)s)",
        arg_joiner=f" {than} ",
        output_field=BooleanField(),
    )
