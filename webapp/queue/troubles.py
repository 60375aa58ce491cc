"""What keeps experts from loading though nothing is wrong with them: workers tell, pages read."""

from dataclasses import dataclass
from datetime import datetime

from webapp.queue.workers import living_workers
from webapp.runs.models import Worker


@dataclass(frozen=True)
class Trouble:
    """`expert`: whom it concerns; empty: every expert of a machine."""

    what: str
    since: datetime
    expert: str = ""
    host: str = ""


def tell(worker: Worker, troubles: list[Trouble]) -> None:
    """Replace what a worker has told."""
    worker.troubles = [
        {"what": t.what, "since": t.since.isoformat(), "expert": t.expert} for t in troubles
    ]
    worker.save(update_fields=["troubles"])


def stuck_workers() -> set[int]:
    """Ids of those whose machine can load no expert."""
    troubled = Worker.objects.filter(ended=None).exclude(troubles=[])
    return {worker.pk for worker in troubled if any(not one["expert"] for one in worker.troubles)}


def current() -> list[Trouble]:
    """Those of living workers, the oldest first."""
    workers = Worker.objects.filter(pk__in=living_workers()).exclude(troubles=[])
    found = [
        Trouble(one["what"], datetime.fromisoformat(one["since"]), one["expert"], worker.host)
        for worker in workers
        for one in worker.troubles
    ]
    return sorted(found, key=lambda trouble: trouble.since)
