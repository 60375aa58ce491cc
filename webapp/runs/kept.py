"""What was counted of runs is kept for as long as nothing has happened in them.

So that pages of a long run cost what those of a short one do: an event moves a run's `event_seq`,
and what was kept before is not found any more.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from django.core.cache.backends.base import DEFAULT_TIMEOUT

from webapp.db.memory import cache
from webapp.runs.models import Run

Found = TypeVar("Found")


def kept(
    name: str, *runs: Run, count: Callable[[], Found], seconds: float = DEFAULT_TIMEOUT
) -> Found:
    """What was counted since the last event of all these runs, or is counted now.

    `seconds`: how long it holds without an event.
    """
    key = _key(name, runs)
    found: Found | None = cache.get(key)
    if found is None:
        found = count()
        cache.set(key, found, seconds)
    return found


def kept_each(
    names: Mapping[Run, str], count: Callable[[Sequence[Run]], Mapping[int, Found]], seconds: float
) -> dict[int, Found]:
    """The same of several runs, each under a name of its own; what is missing is counted at once.

    `count` takes runs, and gives what it found by their keys.
    """
    keys = {run.pk: _key(name, [run]) for run, name in names.items()}
    there = cache.get_many(keys.values())
    missing = count([run for run in names if keys[run.pk] not in there])
    cache.set_many({keys[pk]: found for pk, found in missing.items()}, seconds)
    return {pk: missing[pk] if pk in missing else there[key] for pk, key in keys.items()}


def _key(name: str, runs: Sequence[Run]) -> str:
    states = "/".join(f"{run.pk}.{run.event_seq}.{run.status}" for run in runs)
    return hashlib.sha256(f"{name}/{states}".encode()).hexdigest()
