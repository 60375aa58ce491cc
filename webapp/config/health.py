"""Whether the web process can do its work: it answers, and reaches Postgres."""

import asyncio
import logging
import time

import psycopg
from django.conf import settings

from webapp.config.refusing import Receive, Scope, Send, answer

logger = logging.getLogger(__name__)

KEPT_SECONDS = 1.0  # an answer counts for all who ask meanwhile
PATIENCE_SECONDS = 3.0


class Health:
    """Answers 200 when Postgres does, 503 otherwise.

    By one connection of its own, and without a thread: it answers when all pages wait, and asking
    it often costs nothing.
    """

    def __init__(self) -> None:
        self._connection: psycopg.AsyncConnection | None = None
        self._asking: asyncio.Task[bool] | None = None
        self._asked = 0.0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_well = await self._is_well()
        body = b'{"status": "ok"}' if is_well else b'{"status": "no database"}'
        kind = (b"content-type", b"application/json")
        await answer(send, 200 if is_well else 503, body, [kind])

    async def _is_well(self) -> bool:
        now = time.monotonic()
        if self._asking is None or (self._asking.done() and now - self._asked > KEPT_SECONDS):
            self._asked = now
            self._asking = asyncio.create_task(self._ask())
        return await asyncio.shield(self._asking)

    async def _ask(self) -> bool:
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                if self._connection is None:
                    self._connection = await psycopg.AsyncConnection.connect(
                        settings.DATABASE_URL, autocommit=True
                    )
                await self._connection.execute("SELECT 1")
        except (psycopg.Error, OSError) as error:  # a timeout is an OSError
            logger.warning("Postgres does not answer: %s", error or "it takes too long")
            await self._drop()
            return False
        return True

    async def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()
