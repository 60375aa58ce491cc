"""Browsers that watch a run, in a process of their own; run as a module by `browsers`.

Takes its settings as a JSON argument, prints when all sockets are open, watches until it reads a
line, then prints what it has seen: for each socket, and for each page, [seq, time of the clock].
"""

import asyncio
import itertools
import json
import re
import sys
import time
import urllib.request
from collections.abc import Callable
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

AT_A_TIME = 20  # sockets being opened
AT_MOST_EVERY = 1.0  # seconds between two fetches of a page's part: as live.js

Seen = list[tuple[int, float]]


class Watchers:
    """So many bare sockets, and so many pages that also fetch what a notice is about."""

    def __init__(self, url: str, run: int, cookies: list[str], sockets: int, pages: int) -> None:
        self._url, self._run, self._cookies = url, run, itertools.cycle(cookies)
        self.sockets: list[Seen] = [[] for _ in range(sockets)]
        self.pages: list[Seen] = [[] for _ in range(pages)]
        self._opening = asyncio.Semaphore(AT_A_TIME)
        self._open = 0

    async def watch(self) -> None:
        tasks = [asyncio.create_task(self._socket(seen)) for seen in self.sockets]
        tasks += [asyncio.create_task(self._page(seen)) for seen in self.pages]
        while self._open < len(tasks):
            await asyncio.sleep(0.01)
            if ended := next((task for task in tasks if task.done()), None):
                await ended  # raises what went wrong
                raise RuntimeError("the server closed a socket")
        print(json.dumps(time.time()), flush=True)
        await asyncio.to_thread(sys.stdin.readline)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _socket(self, seen: Seen, wake: Callable[[], None] = lambda: None) -> None:
        async with self._opening:
            socket = await self._connect()
        async with socket:
            async for message in socket:
                if not seen:
                    self._open += 1  # the first message says that it has joined
                seen.append((json.loads(message)["seq"], time.time()))
                wake()

    async def _connect(self) -> ClientConnection:
        address = f"{self._url.replace('http', 'ws', 1)}/live/runs/{self._run}"
        headers = {"Cookie": next(self._cookies)}
        return await connect(address, additional_headers=headers, origin=self._url, proxy=None)  # type: ignore[arg-type]

    async def _page(self, shown: Seen) -> None:
        """What live.js does: each part is fetched when a notice came, at most once a second."""

        def parts() -> None:
            text = self._fetch("live")
            seq = re.search(r'data-seq="(\d+)"', text)
            assert seq, text[:200]
            shown.append((int(seq[1]), time.time()))

        part, chart = asyncio.Event(), asyncio.Event()

        def wake() -> None:
            part.set()
            chart.set()

        await asyncio.gather(
            self._socket([], wake),
            _paced(part, parts),
            _paced(chart, lambda: self._fetch("flow.json")),
        )

    def _fetch(self, what: str) -> str:
        address = f"{self._url}/runs/{self._run}/{what}"
        headers = {"Cookie": next(self._cookies), "X-Live": "1"}
        request = urllib.request.Request(address, headers=headers)  # noqa: S310 (our own server)
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
            return str(answer.read().decode())


async def _paced(wanted: asyncio.Event, work: Callable[[], Any]) -> None:
    while True:
        await wanted.wait()
        wanted.clear()
        started = time.monotonic()
        await asyncio.to_thread(work)
        await asyncio.sleep(max(AT_MOST_EVERY, 3 * (time.monotonic() - started)))


async def main() -> None:
    watchers = Watchers(**json.loads(sys.argv[1]))
    await watchers.watch()
    print(json.dumps({"sockets": watchers.sockets, "pages": watchers.pages}))


if __name__ == "__main__":
    asyncio.run(main())
