"""The live stream: tells a browser that a run has moved; it then fetches what it lacks."""

from typing import Any

from django.db.models import QuerySet

from webapp.pages.shared.watching import Watcher
from webapp.queue import events
from webapp.runs.models import Run


class RunConsumer(Watcher):
    """Sends {run, seq} on connecting and at each notice, {run, grown} as a try is written; takes
    nothing from the browser."""

    @property
    def run_id(self) -> int:
        return int(self.scope["url_route"]["kwargs"]["run"])

    def group_of(self) -> str:
        return events.group(self.run_id)

    def look(self, teams: QuerySet[Any, Any]) -> int | None:
        """The run's last `seq`."""
        runs = Run.objects.filter(pk=self.run_id, team__in=teams)
        return runs.values_list("event_seq", flat=True).first()

    async def begin(self, seen: Any) -> None:
        await self.send_json({"run": self.run_id, "seq": seen})

    async def run_moved(self, message: dict[str, Any]) -> None:
        await self.send_json({"run": message["run"], "seq": message["seq"]})

    async def run_grown(self, message: dict[str, Any]) -> None:
        await self.send_json({"run": message["run"], "grown": True})
