"""Who is at an answer, and that somebody has said something of it."""

import asyncio
import time
from typing import Any

from django.db.models import QuerySet

from webapp.accounts.models import User
from webapp.pages.shared.watching import Watcher
from webapp.reviews.reading import waiting_blind
from webapp.reviews.saying import group_of_answer
from webapp.runs.models import Answer
from webapp.things.models import there_by

SAY_SECONDS = 15  # between two times that somebody says that they are here
GONE_SECONDS = 40  # after which whoever says nothing counts as gone


class AnswerConsumer(Watcher):
    """Sends {here: names} of the others whenever it changes, {said: name} when somebody has saved
    a review, a ruling or a comment; takes nothing from the browser.

    Nobody keeps a list: each says now and then that they are here, and hears the others.
    """

    saying: asyncio.Task[None] | None = None

    @property
    def user(self) -> User:
        """Once it is known that there is one."""
        user = self.scope["user"]
        assert isinstance(user, User)
        return user

    @property
    def answer_id(self) -> int:
        return int(self.scope["url_route"]["kwargs"]["answer"])

    def group_of(self) -> str:
        return group_of_answer(self.answer_id)

    def look(self, teams: QuerySet[Any, Any]) -> Answer | None:
        """Not what its person is to review blind first."""
        found = Answer.objects.filter(
            there_by("run"), pk=self.answer_id, run__team__in=teams
        ).first()
        if found is None or waiting_blind([found], self.user):
            return None
        return found

    async def begin(self, seen: Any) -> None:
        self.others: dict[str, tuple[int, str, float]] = {}  # channel → person, name, when heard
        self.told: list[str] = []
        await self._tell()
        await self._say("answer.here", wants_reply=True)
        self.saying = asyncio.create_task(self._go_on_saying())

    async def disconnect(self, code: int) -> None:
        if self.saying is not None:
            self.saying.cancel()
            await self._say("answer.gone")
        await super().disconnect(code)

    async def answer_here(self, message: dict[str, Any]) -> None:
        if message["channel"] == self.channel_name:
            return
        self.others[message["channel"]] = (message["person"], message["name"], time.monotonic())
        await self._tell_if_changed()
        if message["wants_reply"]:
            await self.channel_layer.send(message["channel"], self._message("answer.here"))

    async def answer_gone(self, message: dict[str, Any]) -> None:
        self.others.pop(message["channel"], None)
        await self._tell_if_changed()

    async def answer_said(self, message: dict[str, Any]) -> None:
        if message["person"] != self.user.pk:
            await self.send_json({"said": message["name"]})

    async def _go_on_saying(self) -> None:
        while True:
            await asyncio.sleep(SAY_SECONDS)
            await self._say("answer.here")
            silent = time.monotonic() - GONE_SECONDS
            self.others = {key: one for key, one in self.others.items() if one[2] > silent}
            await self._tell_if_changed()

    async def _say(self, what: str, *, wants_reply: bool = False) -> None:
        await self.channel_layer.group_send(self.group, self._message(what, wants_reply))

    def _message(self, what: str, wants_reply: bool = False) -> dict[str, Any]:
        return {
            "type": what,
            "channel": self.channel_name,
            "person": self.user.pk,
            "name": str(self.user),
            "wants_reply": wants_reply,
        }

    async def _tell_if_changed(self) -> None:
        if self._names() != self.told:
            await self._tell()

    async def _tell(self) -> None:
        self.told = self._names()
        await self.send_json({"here": self.told})

    def _names(self) -> list[str]:
        """Of the others; somebody with two tabs is one person."""
        people = {person: name for person, name, _ in self.others.values()}
        people.pop(self.user.pk, None)
        return sorted(people.values())
