"""What people wait for, and how long: what workers do for them is measured as it is done.

A kind of work is told by its name, and counted in units of about the same size, such as questions.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db.models import F
from django.utils import timezone

from webapp.runs.models import WorkPace

EMBEDDING = "embedding"  # of a question
NEWEST = 0.5  # weight of the newest time, against all before


@contextmanager
def measured(name: str) -> Iterator[list[int]]:
    """Time a block, which appends the units that it has done; nothing is kept of one that fails."""
    units: list[int] = []
    started = time.monotonic()
    yield units
    if total := sum(units):
        _keep(name, total, (time.monotonic() - started) / total)


def expected(name: str, units: int) -> float | None:
    """Seconds that so many units will take, by work of about that size; None where none of the kind
    was ever measured here."""
    if not units:
        return 0.0
    paces = WorkPace.objects.filter(name=name)
    nearest = min(paces, key=lambda pace: abs(pace.size - units.bit_length()), default=None)
    return None if nearest is None else nearest.seconds * units


def _keep(name: str, units: int, seconds: float) -> None:
    of = {"name": name, "size": units.bit_length()}
    now = F("seconds") * (1 - NEWEST) + seconds * NEWEST
    if not WorkPace.objects.filter(**of).update(seconds=now, measured=timezone.now()):
        WorkPace.objects.get_or_create(**of, defaults={"seconds": seconds})
