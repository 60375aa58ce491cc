"""Taking things out of lists and choices. They stay as they are, and what rests on them too."""

from django.db import transaction
from django.utils import timezone

from webapp.accounts.models import User
from webapp.audit.actions import Action
from webapp.audit.recording import record
from webapp.keeping.kinds import KeepingRefused, Named
from webapp.runs.models import Run


@transaction.atomic
def archive(thing: Named, by: User) -> bool:
    """Whether it was a set's baseline, which it is no more. Raises KeepingRefused."""
    thing.archived = timezone.now()
    record(Action.ARCHIVED, thing)
    if not isinstance(thing, Run):
        thing.save(update_fields=["archived"])
        return False
    if thing.status == Run.Status.RUNNING:
        raise KeepingRefused(f"{thing} is running: cancel it first, or wait until it is done.")
    was_baseline, thing.baseline = thing.baseline, False
    thing.save(update_fields=["archived", "baseline"])
    return was_baseline


@transaction.atomic
def bring_back(thing: Named, by: User) -> None:
    thing.archived = None
    thing.save(update_fields=["archived"])
    record(Action.BROUGHT_BACK, thing)
