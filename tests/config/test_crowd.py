"""What waits for its turn, and what is told to come back."""

import asyncio
import json
from typing import Any

from tests.files.asgi import Answer, ask, run
from webapp.config.crowd import Crowd


class Work:
    """An application that answers when it is let; counts how many it works on."""

    def __init__(self) -> None:
        self.now = self.most = self.begun = 0
        self.go = asyncio.Event()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            if not message.get("more_body"):
                break
        self.now += 1
        self.begun += 1
        self.most = max(self.most, self.now)
        await self.go.wait()
        self.now -= 1
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"done"})


async def several(crowd: Crowd, many: int, **how: Any) -> "list[asyncio.Task[Answer]]":
    begun = [asyncio.create_task(ask(crowd, "/api/v1/runs", **how)) for _ in range(many)]
    await asyncio.sleep(0.05)
    return begun


def test_the_others_wait_their_turn_and_beyond_are_told_to_come_back() -> None:
    async def scenario() -> None:
        work = Work()
        asked = await several(Crowd(work, 2, waiting=3), 7)
        assert work.now == 2
        refused = [one.result() for one in asked if one.done()]
        assert [one.status for one in refused] == [503, 503]
        assert refused[0].headers["retry-after"] == "5"
        assert "Wait a few seconds" in json.loads(refused[0].body)["message"]
        work.go.set()
        said = [one.status for one in await asyncio.gather(*asked)]
        assert sorted(said) == [200] * 5 + [503] * 2 and work.most == 2

    run(scenario())


def test_whoever_has_waited_for_long_is_told() -> None:
    async def scenario() -> None:
        work = Work()
        crowd = Crowd(work, 1, seconds=0.1)
        first, second = await several(crowd, 2)
        assert (await second).status == 503
        work.go.set()
        assert (await first).status == 200
        assert (await ask(crowd, "/")).status == 200, "nobody has kept a turn"

    run(scenario())


def test_what_a_browser_has_given_up_is_not_begun() -> None:
    async def scenario() -> None:
        work = Work()
        crowd = Crowd(work, 1)
        (first,) = await several(crowd, 1)
        gone = await several(crowd, 3, patience=0.05)
        answers = await asyncio.gather(*gone)
        assert [one.status for one in answers] == [0, 0, 0], "nobody is there to be answered"
        cancelled = await several(crowd, 1)
        cancelled[0].cancel()
        await asyncio.gather(*cancelled, return_exceptions=True)
        work.go.set()
        await first
        assert (await ask(crowd, "/")).status == 200
        assert work.begun == 2

    run(scenario())


def test_a_body_that_comes_slowly_keeps_nobody_waiting() -> None:
    async def scenario() -> None:
        work = Work()
        work.go.set()
        crowd = Crowd(work, 1)
        blocked = asyncio.Event()

        async def receive() -> dict[str, Any]:
            await blocked.wait()
            return {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            raise AssertionError(message)

        scope = {"type": "http", "path": "/", "headers": []}
        slow = asyncio.create_task(crowd(scope, receive, send))
        assert (await ask(crowd, "/", [b"x"])).status == 200
        blocked.set()
        await slow

    run(scenario())
