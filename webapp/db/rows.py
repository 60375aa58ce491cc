"""SQL of our own: executed, and what it finds fetched."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection
from psycopg.sql import Composable

Values = Sequence[Any] | Mapping[str, Any]


def fetched(sql: str | Composable, values: Values = ()) -> list[tuple[Any, ...]]:
    """All rows that a statement gives back."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def executed(sql: str | Composable, values: Values = ()) -> int:
    """How many rows a statement has changed."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return int(cursor.rowcount)
