"""Who is at an answer, live, and that somebody has said something of it."""

import asyncio
import json
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from asgiref.testing import ApplicationCommunicator

from tests.conftest import MakeSet, Messages
from tests.reviews.conftest import finished
from tests.reviews.given import reviewed
from webapp.accounts.models import Role, Team, User
from webapp.experts.models import Pool
from webapp.pages.answer.consumers import AnswerConsumer
from webapp.reviews.making import make
from webapp.reviews.models import Queue
from webapp.runs.models import Answer

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def answer(pool: Pool, question_set: MakeSet, nobody_listens: Messages) -> Answer:
    return finished(pool, question_set, 2).answers.all()[0]


async def at(answer: Answer, user: User) -> Any:
    """A socket of somebody who has just opened the answer."""
    socket = await asking(answer, user)
    assert (await socket.receive_output(timeout=5))["type"] == "websocket.accept"
    return socket


async def asking(answer: Answer, user: User) -> Any:
    kwargs = {"answer": answer.pk}
    scope = {"type": "websocket", "user": user, "url_route": {"kwargs": kwargs}, "session": None}
    communicator: Any = ApplicationCommunicator  # asgiref has no annotations for it
    socket = communicator(AnswerConsumer.as_asgi(), scope)
    await socket.send_input({"type": "websocket.connect"})
    return socket


async def heard(socket: Any) -> Any:
    output = await socket.receive_output(timeout=5)
    return json.loads(output["text"]) if output["type"] == "websocket.send" else output


async def leave(socket: Any) -> None:
    await socket.send_input({"type": "websocket.disconnect", "code": 1000})
    await socket.wait()


def test_people_see_each_other(team: Team, answer: Answer) -> None:
    ada, grace = [User.objects.create_user(name, team=team) for name in ("ada", "grace")]

    async def scenario() -> None:
        first = await at(answer, ada)
        assert await heard(first) == {"here": []}
        second = await at(answer, grace)
        assert await heard(first) == {"here": ["grace"]}
        assert await heard(second) == {"here": []}
        assert await heard(second) == {"here": ["ada"]}, "who was there first answers"
        tab = await at(answer, ada)
        assert await heard(tab) == {"here": []}
        assert await heard(tab) == {"here": ["grace"]}, "a second tab is nobody else"
        await sync_to_async(reviewed)(answer, grace, "right")
        assert await heard(first) == {"said": "grace"}
        assert await heard(tab) == {"said": "grace"}
        await leave(second)
        assert await heard(first) == {"here": []}
        for socket in (first, tab):
            await leave(socket)

    asyncio.run(scenario())


def test_whoever_may_not_see_it_hears_nothing(team: Team, answer: Answer, user: User) -> None:
    stranger = User.objects.create_user("eve", team=Team.objects.create(name="Other"))
    reviewer = User.objects.create_user("ada", team=team, role=Role.REVIEWER)
    queue = Queue(team=team, name="Blind", blind=True)
    make(queue, [reviewer], Answer.objects.filter(pk=answer.pk))

    async def scenario() -> None:
        for person in (stranger, reviewer):
            refused = await heard(await asking(answer, person))
            assert refused == {"type": "websocket.close"}, "and was never open"

    asyncio.run(scenario())
