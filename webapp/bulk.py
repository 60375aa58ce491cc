"""Many rows at once, several times faster than through the ORM; no defaults, no signals."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection
from django.db.models import Model
from django.db.models.fields.json import JSONField
from psycopg import sql
from psycopg.types.json import Jsonb


def copy_rows(model: type[Model], columns: Sequence[str], rows: Iterable[Sequence[object]]) -> int:
    """COPY rows into a model's table; returns how many. `columns` are attribute names."""
    fields = _fields(model, columns)
    names = [sql.Identifier(field.column) for field in fields]
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(model._meta.db_table), sql.SQL(", ").join(names)
    )
    is_json = [isinstance(field, JSONField) for field in fields]
    count = 0
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            pairs = zip(row, is_json, strict=True)
            copy.write_row([Jsonb(value) if json else value for value, json in pairs])
            count += 1
    return count


def update_rows(objects: Sequence[Model], columns: Sequence[str]) -> None:
    """Save some attributes of many objects of one model in one statement.

    The values travel as one JSON text, which both sides read several times faster than arrays.
    """
    if not objects:
        return
    model = type(objects[0])
    fields = _fields(model, ["pk", *columns])
    names = [sql.Identifier(field.column) for field in fields]
    types = [sql.SQL(field.db_type(connection)) for field in fields]
    statement = sql.SQL(
        "UPDATE {table} t SET {sets} FROM jsonb_to_recordset(%s) AS v({columns})"
        " WHERE t.{key} = v.{key}"
    ).format(
        table=sql.Identifier(model._meta.db_table),
        sets=sql.SQL(", ").join(sql.SQL("{0} = v.{0}").format(name) for name in names[1:]),
        columns=sql.SQL(", ").join(
            sql.SQL("{} {}").format(name, kind) for name, kind in zip(names, types, strict=True)
        ),
        key=names[0],
    )
    rows: Any = Jsonb([{f.column: getattr(row, f.attname) for f in fields} for row in objects])
    with connection.cursor() as cursor:
        cursor.execute(statement, [rows])


def _fields(model: type[Model], names: Sequence[str]) -> list[Any]:
    """Concrete fields; Django's stubs know too little of their columns."""
    return [model._meta.pk if name == "pk" else model._meta.get_field(name) for name in names]
