"""The live stream: tells a browser that a run has moved; it then fetches what it lacks."""

import asyncio
import logging
from typing import Any

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from django.contrib.sessions.models import Session
from django.db import DatabaseError

from webapp.accounts.models import Membership, User
from webapp.queue import events
from webapp.runs.models import Run

logger = logging.getLogger(__name__)

FORBIDDEN, TRY_AGAIN = 4403, 1013
LOOK_SECONDS = 5  # between two looks whether somebody may still listen


class RunConsumer(AsyncJsonWebsocketConsumer):
    """Sends {run, seq} on connecting and at each notice, {run, grown} as a try is written; takes
    nothing from the browser."""

    guard: asyncio.Task[None] | None = None

    async def connect(self) -> None:
        run_id = self.scope["url_route"]["kwargs"]["run"]
        self.group = events.group(run_id)
        await self.accept()
        if await self._seq(run_id, self.scope["user"]) is None:
            await self.close(FORBIDDEN)
            return
        await self.channel_layer.group_add(self.group, self.channel_name)
        seq = await self._seq(run_id, self.scope["user"])  # read after joining: nothing is missed
        await self.send_json({"run": run_id, "seq": seq})
        self.guard = asyncio.create_task(self._end_with_the_right(run_id))

    async def disconnect(self, code: int) -> None:
        if self.guard is not None:
            self.guard.cancel()
        await self.channel_layer.group_discard(self.group, self.channel_name)

    async def _end_with_the_right(self, run_id: int) -> None:
        """Close when whoever listens may not see the run any more."""
        try:
            while await self._seq(run_id, self.scope["user"]) is not None:
                await asyncio.sleep(LOOK_SECONDS)
        except DatabaseError:
            logger.warning("nobody can tell whether run %s may still be seen", run_id)
            await self.close(TRY_AGAIN)
        else:
            await self.close(FORBIDDEN)

    async def run_moved(self, message: dict[str, Any]) -> None:
        await self.send_json({"run": message["run"], "seq": message["seq"]})

    async def run_grown(self, message: dict[str, Any]) -> None:
        await self.send_json({"run": message["run"], "grown": True})

    @database_sync_to_async
    def _seq(self, run_id: int, user: object) -> int | None:
        if not isinstance(user, User):
            return None
        session = self.scope.get("session")
        if session is not None and not Session.objects.filter(pk=session.session_key).exists():
            return None  # it was ended elsewhere
        # Asked anew each time: the password, the person or the team may have changed since.
        theirs = Membership.objects.filter(
            user=user.pk, user__is_active=True, user__password=user.password
        )
        runs = Run.objects.filter(pk=run_id, team__in=theirs.values("team"))
        return runs.values_list("event_seq", flat=True).first()
