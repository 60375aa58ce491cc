"""Keeping things from being deleted while something that rests on them is made."""

from psycopg import sql

from webapp.db.rows import fetched
from webapp.things.models import Thing


class Gone(ValueError):
    """Somebody has deleted it just now; the message says so."""


def hold(*things: Thing | None) -> None:
    """In the caller's transaction: whoever deletes one of these waits until it has ended.

    To be called before anything that rests on them is written, question sets first, then pools,
    then profiles. Raises Gone.
    """
    for thing in things:
        if thing is None:
            continue
        table = sql.Identifier(thing._meta.db_table)
        there = "SELECT id FROM {} WHERE id = %s AND deletion_id IS NULL FOR KEY SHARE"
        query = sql.SQL(there).format(table)
        if not fetched(query, [thing.pk]):
            raise Gone(f"{thing} was deleted just now: choose another.")
