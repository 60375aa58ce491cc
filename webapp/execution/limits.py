"""How many runs a person may have under way at once."""

from django.conf import settings

from webapp.accounts.models import User
from webapp.db import locks
from webapp.db.locks import Lock
from webapp.execution.errors import NoSpaceToRun, RunRefused
from webapp.files import room
from webapp.plural import counted
from webapp.runs.models import Run


def take_place(person: User | None) -> None:
    """One more of a person's, in the transaction that begins it; whoever else begins one of theirs
    waits for that. Commands act for nobody, and have no limit but the disk's. Raises RunRefused."""
    if said := room.lack():
        raise NoSpaceToRun(said)
    if person is None:
        return
    locks.take(Lock.BEGINNING, person.pk)
    running = Run.objects.filter(created_by=person, status=Run.Status.RUNNING).count()
    if running >= settings.RUNS_AT_ONCE:
        raise RunRefused(
            f"{person} has {counted(running, 'run')} under way, and no more are allowed at once:"
            " wait until one has ended, or cancel one."
        )
