"""Types of parameters and of answers that several operations share, with their limits."""

import re
from collections.abc import Iterable
from datetime import date
from typing import Annotated, Any, Generic, TypeVar

from django.db.models import Model, QuerySet
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, GetCoreSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from webapp.api.errors import Problem

LARGEST_ID = 2**63 - 1  # of Postgres' bigint
MOST_ROWS = 500  # in one answer
ROWS = 100
# At least one character that is no white space, and no U+0000, which Postgres does not take.
TEXT = r"^[^\x00]*[^\x00\s][^\x00]*$"
ANY_TEXT = r"^[^\x00]*$"

Item = TypeVar("Item")
Row = TypeVar("Row", bound=Model)


def _digits(value: object) -> object:
    """In addresses and forms a number is its digits; Pydantic would also take 1.0 or 1_0."""
    if isinstance(value, str) and not re.fullmatch(r"-?[0-9]{1,40}", value):
        raise PydanticCustomError("whole_number", "Give a whole number")
    return value


def _day(value: object) -> object:
    """Pydantic would also take seconds since 1970."""
    if isinstance(value, str) and not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        raise PydanticCustomError("day", "Give a day such as 2026-05-01")
    return value


class OneOf:
    """A text out of these."""

    def __init__(self, values: Iterable[str]) -> None:
        self._values = list(values)

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.literal_schema(self._values)


Id = Annotated[int, Field(ge=1, le=LARGEST_ID)]
IdText = Annotated[int, Field(ge=1, le=LARGEST_ID), BeforeValidator(_digits)]
WholeText = Annotated[int, Field(ge=0, le=LARGEST_ID), BeforeValidator(_digits)]
DayText = Annotated[date, BeforeValidator(_day)]
Name = Annotated[str, Field(min_length=1, max_length=100, pattern=TEXT)]


class Given(BaseModel):
    """A JSON object that a program sends: no other fields, no "3" for 3."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Paging(BaseModel):
    """Which rows of a list are wanted."""

    cursor: WholeText = Field(default=0, description="`next` of the page before; 0: the first.")
    limit: Annotated[int, BeforeValidator(_digits)] = Field(
        default=ROWS, ge=1, le=MOST_ROWS, description="Rows of a page."
    )


class KeptPaging(Paging):
    """Of things that can be archived."""

    archived: bool = Field(default=False, description="Only archived ones; else none of them.")


class Page(BaseModel, Generic[Item]):
    """Some rows of a list."""

    items: list[Item]
    next: int | None = Field(description="The cursor of the next page; null: this is the last.")


def rows_of(
    rows: QuerySet[Row], paging: Paging, *, newest_first: bool = False
) -> tuple[list[Row], int | None]:
    """A page by key and the cursor of the next one: the last page costs what the first one does."""
    beyond, order = ("pk__lt", "-pk") if newest_first else ("pk__gt", "pk")
    rest = rows.filter(**{beyond: paging.cursor}) if paging.cursor else rows
    found = list(rest.order_by(order)[: paging.limit + 1])
    shown = found[: paging.limit]
    return shown, shown[-1].pk if len(found) > len(shown) else None


def answers(status: int, model: Any, *problems: int) -> dict[int, Any]:
    """What an operation answers: `model`, and Problems, some of which every operation has."""
    return {status: model} | dict.fromkeys(sorted({401, 403, 422, 500, 507, *problems}), Problem)
