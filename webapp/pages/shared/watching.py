"""Live streams: sockets that are open while somebody may see what they tell of."""

import asyncio
import logging
from collections import Counter
from typing import Any

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from django.db import DatabaseError
from django.db.models import QuerySet

from webapp.accounts.models import Membership, User
from webapp.accounts.sessions.ends import has_ended

logger = logging.getLogger(__name__)

FORBIDDEN, TRY_AGAIN, TAKES_NOTHING = 4403, 1013, 1008
LOOK_SECONDS = 5  # between two looks whether somebody may still listen
MOST = 50  # sockets of one person, in one web process

_open: Counter[int] = Counter()  # by person


class Watcher(AsyncJsonWebsocketConsumer):
    """Joins `group` when its person may see `seen`, and is closed when they may not any more.

    Nothing is accepted of anybody else. A browser has nothing to say here: one that does is let go.
    """

    group: str
    counted: int | None = None  # whose it is, once it is open
    guard: asyncio.Task[None] | None = None

    def group_of(self) -> str:
        """Of the channel layer, by what the address names."""
        raise NotImplementedError

    def look(self, teams: QuerySet[Any, Any]) -> Any:
        """What the stream tells of, if one of these teams has it and its person may see it; else
        None. Works in the database."""
        raise NotImplementedError

    async def begin(self, seen: Any) -> None:
        """Once it has joined; `seen` is what `look` has found since."""

    async def connect(self) -> None:
        self.group = self.group_of()
        user = self.scope["user"]
        if not isinstance(user, User) or _open[user.pk] >= MOST:
            await self.close()
            return
        self.counted = user.pk
        _open[user.pk] += 1
        await self.channel_layer.group_add(self.group, self.channel_name)
        seen = await self.seen()  # read after joining: nothing is missed
        if seen is None:
            await self.close()
            return
        await self.accept()
        await self.begin(seen)
        self.guard = asyncio.create_task(self._end_with_the_right())

    async def receive(self, *_: Any, **__: Any) -> None:
        await self.close(TAKES_NOTHING)

    async def disconnect(self, code: int) -> None:
        if self.guard is not None:
            self.guard.cancel()
        if self.counted is None:
            return
        _open[self.counted] -= 1
        if not _open[self.counted]:
            del _open[self.counted]
        await self.channel_layer.group_discard(self.group, self.channel_name)

    async def _end_with_the_right(self) -> None:
        """Close when whoever listens may not see it any more."""
        try:
            while await self.seen() is not None:
                await asyncio.sleep(LOOK_SECONDS)
        except DatabaseError:
            logger.warning("nobody can tell whether %s may still be seen", self.group)
            await self.close(TRY_AGAIN)
        else:
            await self.close(FORBIDDEN)

    @database_sync_to_async
    def seen(self) -> Any:
        """What `look` finds for the person as they are now: the password, they themselves or the
        team may have changed since, and the session may have ended."""
        user, session = self.scope["user"], self.scope.get("session")
        if not isinstance(user, User):
            return None
        if session is not None and has_ended(session):
            return None
        theirs = Membership.objects.filter(
            user=user.pk, user__is_active=True, user__password=user.password
        )
        return self.look(theirs.values("team"))
