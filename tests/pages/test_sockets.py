"""Every live stream: who may not see what it tells of hears nothing of it."""

import asyncio
from typing import Any

import pytest
from asgiref.testing import ApplicationCommunicator

from webapp.accounts.models import Team, User
from webapp.pages.shared.watching import FORBIDDEN, Watcher
from webapp.pages.sockets import websocket_urlpatterns
from webapp.runs.models import Run

# What each address names, of a run.
NAMED = {"run": lambda run: run.pk, "answer": lambda run: run.answers.all()[0].pk}


@pytest.mark.django_db(transaction=True)
def test_every_stream_is_the_teams_own(ours_run: Run, user: User) -> None:
    stranger = User.objects.create_user("eve", team=Team.objects.create(name="Other"))
    gone = User.objects.create_user("gone", team=ours_run.team)
    gone.memberships.all().delete()
    for pattern in websocket_urlpatterns:
        consumer = pattern.callback
        assert issubclass(consumer.consumer_class, Watcher), "it has to look who listens"
        kwargs = {name: NAMED[name](ours_run) for name in pattern.pattern.converters}
        for person in (stranger, gone, None):
            closed = asyncio.run(ended(consumer, person, kwargs))
            assert (closed["type"], closed["code"]) == ("websocket.close", FORBIDDEN)


async def ended(consumer: Any, person: User | None, kwargs: dict[str, int]) -> Any:
    scope = {"type": "websocket", "user": person, "url_route": {"kwargs": kwargs}, "session": None}
    communicator: Any = ApplicationCommunicator  # asgiref has no annotations for it
    socket = communicator(consumer, scope)
    await socket.send_input({"type": "websocket.connect"})
    await socket.receive_output(timeout=5)  # accepted: only then a browser is told why not
    return await socket.receive_output(timeout=5)
