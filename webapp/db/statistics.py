"""What Postgres knows of its tables' contents, and plans by: renewed where many rows were written.

Autovacuum looks once a minute, and not at all at a run that is small beside those before it. Until
then a new run counts as one row, and its pages compare every row with every other.
"""

import logging
import time

from django.db import DatabaseError, connection
from django.db.models import ForeignKey, Model
from psycopg import sql

from webapp.db.rows import executed

logger = logging.getLogger(__name__)

SELDOM = 20.0  # seconds between two renewals of a table that is being written
_renewed: dict[str, float] = {}  # table → when, by this process


def renew(*models: type[Model]) -> None:
    """Sample their rows, a fraction of a second each, unless somebody is at it already.

    Columns of keys and short words alone: the others would have to be fetched and taken apart.
    """
    for model in models:
        table = model._meta.db_table
        columns = sql.SQL(", ").join(sql.Identifier(column) for column in _columns(model))
        try:
            executed(
                sql.SQL("ANALYZE (SKIP_LOCKED) {} ({})").format(sql.Identifier(table), columns)
            )
        except DatabaseError:
            if connection.in_atomic_block:
                raise
            # What was written is there all the same; autovacuum comes by.
            logger.exception("the statistics of %s are not renewed", table)
        _renewed[table] = time.monotonic()


def renew_now_and_then(*models: type[Model]) -> None:
    """The same for tables that are being written, as often as is worth it."""
    now = time.monotonic()
    renew(*(m for m in models if now - _renewed.get(m._meta.db_table, -SELDOM) >= SELDOM))


def _columns(model: type[Model]) -> list[str]:
    short = ("AutoField", "BooleanField", "CharField", "IntegerField")
    return [
        field.column
        for field in model._meta.concrete_fields
        if field.column
        and (isinstance(field, ForeignKey) or field.get_internal_type().endswith(short))
    ]
