"""Advisory locks: the register of all there are. Each is a class and, within it, a key."""

from enum import IntEnum

from webapp.db.rows import fetched


class Lock(IntEnum):
    """The first key of Postgres' two; the second says which one of its kind."""

    WORKER = 0x5E11  # a worker's id, held as long as it lives; 0 while one chooses its expert
    EMBEDDING = 0x5E12  # a question set's id
    IMPORTING = 0x5E13  # a team's id
    UPLOADING = 0x5E15  # a person's id
    BEGINNING = 0x5E16  # a run: the id of the person whose it is
    TELLING_FAILED = 0x5E14  # 0: one failed sign-in is counted and told at a time


def take(lock: Lock, key: int) -> None:
    """Wait for a lock, and hold it until the transaction ends."""
    fetched("SELECT pg_advisory_xact_lock(%s, %s)", [lock.value, key])


def take_if_free(lock: Lock, key: int) -> bool:
    """The same without waiting; whether it was free."""
    ((is_taken,),) = fetched("SELECT pg_try_advisory_xact_lock(%s, %s)", [lock.value, key])
    return bool(is_taken)


def hold(lock: Lock, key: int) -> None:
    """Wait for a lock, and hold it until `let_go`, or until the session is gone."""
    fetched("SELECT pg_advisory_lock(%s, %s)", [lock.value, key])


def let_go(lock: Lock, key: int) -> None:
    fetched("SELECT pg_advisory_unlock(%s, %s)", [lock.value, key])


def held(lock: Lock) -> set[int]:
    """The keys that anybody holds in this database."""
    rows = fetched(
        """
        SELECT objid FROM pg_locks JOIN pg_database ON pg_database.oid = database
        WHERE locktype = 'advisory' AND classid = %s AND granted
        AND datname = current_database()
        """,
        [lock.value],
    )
    return {int(key) for (key,) in rows}
