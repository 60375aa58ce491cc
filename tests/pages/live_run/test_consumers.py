"""The live stream: who may watch, and that a notice arrives."""

import asyncio
import json
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from asgiref.testing import ApplicationCommunicator
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.utils import timezone

from webapp.accounts.models import Team, User
from webapp.accounts.sessions.ends import BEGAN, DAY, begin
from webapp.pages.live_run.consumers import RunConsumer
from webapp.pages.shared.watching import FORBIDDEN
from webapp.queue import events
from webapp.runs.models import Run

pytestmark = pytest.mark.django_db(transaction=True)


def watch(run: Run, user: object, session: object = None) -> Any:
    scope = {"type": "websocket", "user": user, "url_route": {"kwargs": {"run": run.pk}}}
    scope["session"] = session
    communicator: Any = ApplicationCommunicator  # asgiref has no annotations for it
    return communicator(RunConsumer.as_asgi(), scope)


async def receive(socket: Any) -> Any:
    """The next message that the browser would get."""
    output = await socket.receive_output(timeout=5)
    return json.loads(output["text"]) if output["type"] == "websocket.send" else output


def test_a_notice_reaches_who_watches(team: Team, user: User) -> None:
    run = Run.objects.create(team=team, event_seq=3)

    async def scenario() -> list[Any]:
        socket = watch(run, user)
        await socket.send_input({"type": "websocket.connect"})
        accepted = await receive(socket)
        first = await receive(socket)
        await sync_to_async(events.notify)({run.pk: 4})
        second = await receive(socket)
        await sync_to_async(events.notify)({}, [run.pk])
        third = await receive(socket)
        await socket.send_input({"type": "websocket.disconnect", "code": 1000})
        await socket.wait()
        return [accepted["type"], first, second, third]

    assert asyncio.run(scenario()) == [
        "websocket.accept",
        {"run": run.pk, "seq": 3},
        {"run": run.pk, "seq": 4},
        {"run": run.pk, "grown": True},
    ]


def test_another_team_sees_nothing(team: Team, user: User) -> None:
    run = Run.objects.create(team=Team.objects.create(name="Other"))

    async def scenario() -> Any:
        socket = watch(run, user)
        await socket.send_input({"type": "websocket.connect"})
        return await receive(socket)

    assert asyncio.run(scenario()) == {"type": "websocket.close"}, "it was never open"


def test_nobody_has_more_than_so_many(
    team: Team, user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those that were closed do not count, nor does anybody else's."""
    monkeypatch.setattr("webapp.pages.shared.watching.MOST", 2)
    run = Run.objects.create(team=team)
    other = User.objects.create_user("ada", team=team)

    async def opened(person: User) -> tuple[Any, str]:
        socket = watch(run, person)
        await socket.send_input({"type": "websocket.connect"})
        return socket, (await receive(socket))["type"]

    async def scenario() -> list[str]:
        first, *said = await opened(user)
        said += [(await opened(user))[1], (await opened(user))[1], (await opened(other))[1]]
        await socket_closed(first)
        return [*said, (await opened(user))[1]]

    async def socket_closed(socket: Any) -> None:
        await socket.send_input({"type": "websocket.disconnect", "code": 1000})
        await socket.wait()

    taken, refused = "websocket.accept", "websocket.close"
    assert asyncio.run(scenario()) == [taken, taken, refused, taken, taken]


@pytest.mark.parametrize("frame", [{"text": "{"}, {"text": "{}"}, {"bytes": b"x"}])
def test_who_says_something_is_let_go(team: Team, user: User, frame: dict[str, Any]) -> None:
    run = Run.objects.create(team=team)

    async def scenario() -> Any:
        socket = watch(run, user)
        await socket.send_input({"type": "websocket.connect"})
        await receive(socket)
        await receive(socket)
        await socket.send_input({"type": "websocket.receive", "text": None, **frame})
        return await receive(socket)

    assert asyncio.run(scenario()) == {"type": "websocket.close", "code": 1008}


@pytest.mark.parametrize(
    "how",
    [
        *("leaves the team", "is deactivated", "has another password", "is signed out"),
        *("was away for long", "signed in long ago"),
    ],
)
def test_it_ends_with_the_right_to_watch(
    team: Team, user: User, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webapp.pages.shared.watching.LOOK_SECONDS", 0.05)
    run = Run.objects.create(team=team)
    session = SessionStore()
    begin(session)
    session.create()

    def lose() -> None:
        if how == "leaves the team":
            user.memberships.all().delete()
        elif how == "is deactivated":
            User.objects.update(is_active=False)
        elif how == "is signed out":
            session.delete()
        elif how == "was away for long":
            Session.objects.update(expire_date=timezone.now())
        elif how == "signed in long ago":
            session[BEGAN] -= (settings.SESSION_DAYS + 1) * DAY
        else:
            person = User.objects.get()
            person.set_password("another one")
            person.save()

    async def scenario() -> list[Any]:
        socket = watch(run, user, session)
        await socket.send_input({"type": "websocket.connect"})
        await receive(socket)
        await receive(socket)
        still = await socket.receive_nothing(timeout=0.3)
        await sync_to_async(lose)()
        return [still, await receive(socket)]

    still, closed = asyncio.run(scenario())
    assert still and (closed["type"], closed["code"]) == ("websocket.close", FORBIDDEN)
