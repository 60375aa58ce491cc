"""What keeps experts from loading though nothing is wrong with them: workers tell, pages read."""

from dataclasses import dataclass
from datetime import datetime

from webapp.runs.models import Worker


@dataclass(frozen=True)
class Trouble:
    """`expert`: whom it concerns; empty: every expert of a machine."""

    what: str
    since: datetime
    expert: str = ""
    host: str = ""
    kind: str = Worker.Kind.GPU.value  # of the worker that waits

    @property
    def in_short(self) -> str:
        """What is wrong and what to do; the rest is for whoever knows the engine."""
        return self.what.partition("\n")[0]

    @property
    def said(self) -> str:
        """What the engine said."""
        return self.what.partition("\n")[2]


def tell(worker: Worker, troubles: list[Trouble]) -> None:
    """Replace what a worker has told."""
    worker.troubles = [
        {"what": t.what, "since": t.since.isoformat(), "expert": t.expert} for t in troubles
    ]
    worker.save(update_fields=["troubles"])


def able(workers: set[int]) -> set[int]:
    """Those of the workers whose machine can load experts."""
    return workers - {
        worker.pk
        for worker in _troubled(workers)
        if any(not trouble["expert"] for trouble in worker.troubles)
    }


def troubles_of(workers: set[int]) -> list[Trouble]:
    """What living workers have told, the oldest first."""
    found = [
        Trouble(
            one["what"],
            datetime.fromisoformat(one["since"]),
            *(one["expert"], worker.host, worker.kind),
        )
        for worker in _troubled(workers)
        for one in worker.troubles
    ]
    return sorted(found, key=lambda trouble: trouble.since)


def _troubled(workers: set[int]) -> list[Worker]:
    return list(Worker.objects.filter(pk__in=workers).exclude(troubles=[])) if workers else []
