"""How many requests are worked on at once. The others wait their turn; when too many wait, or one
has waited too long, it is told to come back.

Django gives each request a thread and a connection of its own, and Python does one thing at a time:
more at once would be no faster, and each would take the longer.
"""

import asyncio
from contextlib import suppress
from typing import Any

from webapp.config.refusing import Application, Message, Receive, Scope, Send, refuse

BUSY = "Too many people ask at once. Wait a few seconds and try again."
COME_BACK = 5  # seconds


class Crowd:
    """Passes at most `at_work` requests on at once, in the order in which they were whole."""

    def __init__(
        self, application: Application, at_work: int, *, waiting: int = 500, seconds: float = 60
    ) -> None:
        self._application = application
        self._free = asyncio.Semaphore(at_work)
        self._most_waiting = waiting
        self._seconds = seconds
        self._waiting = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        turn = _Turn(self, receive)
        try:
            await self._application(scope, turn.receive, send)
        finally:
            turn.end()
        if turn.is_refused:
            header = (b"retry-after", str(COME_BACK).encode())
            await refuse(scope, send, 503, BUSY, [header])

    async def begin(self, gone: "asyncio.Future[Message]") -> bool:
        """Wait for a turn, unless whoever asks is gone before; whether there is one."""
        if not self._free.locked():
            return await self._free.acquire()
        if self._waiting >= self._most_waiting:
            return False
        self._waiting += 1
        free = asyncio.ensure_future(self._free.acquire())
        either: set[asyncio.Future[Any]] = {free, gone}
        try:
            await asyncio.wait(either, timeout=self._seconds, return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:
            if not free.cancel():
                self.end()
            raise
        finally:
            self._waiting -= 1
        if not free.cancel():
            return True
        with suppress(asyncio.CancelledError):
            await free
        return False

    def end(self) -> None:
        self._free.release()


class _Turn:
    """Of one request: it begins when the body has come whole, so that nobody who sends slowly
    keeps others from theirs."""

    def __init__(self, crowd: Crowd, receive: Receive) -> None:
        self._crowd = crowd
        self._receive = receive
        self._gone: asyncio.Future[Message] | None = None  # what comes after the body
        self._has_begun = False
        self.is_refused = False

    async def receive(self) -> Message:
        if self._gone is not None:
            return await asyncio.shield(self._gone)
        message = await self._receive()
        if message["type"] != "http.request" or message.get("more_body"):
            return message
        self._gone = asyncio.ensure_future(self._receive())
        self._has_begun = await self._crowd.begin(self._gone)
        if self._has_begun:
            return message
        self.is_refused = not self._gone.done()
        return {"type": "http.disconnect"}  # Django then drops what it has, and is silent

    def end(self) -> None:
        if self._gone is not None:
            self._gone.cancel()
        if self._has_begun:
            self._crowd.end()
