"""Taking things out of lists and choices. They stay as they are, and what rests on them too."""

from django.db import transaction
from django.utils import timezone

from webapp.accounts.models import User
from webapp.keeping.kinds import KeepingRefused, Named
from webapp.runs.models import Run


@transaction.atomic
def archive(thing: Named, by: User) -> bool:
    """Whether it was a set's baseline, which it is no more. Raises KeepingRefused."""
    is_run = isinstance(thing, Run)
    if is_run and thing.status == Run.Status.RUNNING:
        raise KeepingRefused(f"{thing} is running: cancel it first, or wait until it is done.")
    was_baseline = is_run and thing.baseline
    thing.archived = timezone.now()
    if is_run:
        thing.baseline = False
    thing.save(update_fields=["archived", *(["baseline"] if is_run else [])])
    return was_baseline


def bring_back(thing: Named, by: User) -> None:
    thing.archived = None
    thing.save(update_fields=["archived"])
