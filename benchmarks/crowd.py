"""A crowd at one run: pages that are open, and people who read, first alone, then beside engines.

Everything is real: PostgreSQL, Redis, the web server as the product starts it, sockets and requests
over TCP, and, beside engines, the workers and vLLM. Alone nothing generates: once a second a notice
is sent as workers send them. A reader opens a page, reads it for three seconds, and opens another.
"""

import argparse
import asyncio
import itertools
import os
import time
from pathlib import Path
from typing import Any

import httpx
import numpy as np
from asgiref.sync import sync_to_async
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin

from benchmarks.servers import own_servers
from benchmarks.tables import CROWD, crowd_table
from benchmarks.written import write_json

READING_SECONDS = 3.0
QUESTIONS = 24
RUNS = 8  # beside engines, so that they generate all the while
AT_A_TIME = 20  # sockets being opened
TARGETS = {"alone_p95_seconds": 1.0, "beside_over_alone": 3.0}


def main() -> None:
    given = _options()
    os.environ["SKILLMOE_WEB_PROCESSES"] = str(given.processes)
    with own_servers() as data:
        from benchmarks.machine import machine_facts
        from benchmarks.processes import running_product

        found: dict[str, Any] = {"machine": machine_facts(), "load": os.getloadavg()[0]}
        found |= {"targets": TARGETS, "web_processes": given.processes}
        with running_product(data, web_alone=True) as url:
            found["alone"] = asyncio.run(_crowd(url, _waiting_run(), given, told=True))
            print(crowd_table(found), flush=True)
        if given.engines:
            with running_product(data) as url:
                run = _generating_run()
                found["beside"] = asyncio.run(_crowd(url, run, given, told=False))
            print(crowd_table(found), flush=True)
    write_json(given.result, found)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.crowd", description=__doc__)
    parser.add_argument("--sockets", type=int, default=200, help="pages that are open (200)")
    parser.add_argument("--readers", type=int, default=20, help="who open pages (20)")
    parser.add_argument("--seconds", type=int, default=60, help="of each part (60)")
    parser.add_argument("--processes", type=int, default=1, help="web processes (1)")
    parser.add_argument("--no-engines", dest="engines", action="store_false", help="alone only")
    parser.add_argument("--result", type=Path, default=CROWD, help="another file, for a try")
    return parser.parse_args()


def _waiting_run() -> Any:
    """Of the demo's pool; it has just been submitted, and nothing works on it."""
    from benchmarks.ground import first_questions
    from webapp.accounts.models import Team
    from webapp.commands.demo import load_demo
    from webapp.execution.start import submit_profile

    team = Team.objects.create(name="Crowd")
    pool = load_demo(team)
    return submit_profile(team, None, pool, first_questions(team, "validation", QUESTIONS))


def _generating_run() -> Any:
    """The last of several, once the engines are at work on them."""
    from benchmarks.ground import prepare
    from benchmarks.worker.scenarios import Scenarios
    from webapp.runs.models import Run

    Run.objects.update(status=Run.Status.CANCELLED)
    scenarios = Scenarios(prepare(QUESTIONS), RUNS)
    runs = [scenarios.submit(seed) for seed in range(RUNS)]
    while not any(run.events.filter(seq__gt=1).exists() for run in runs):
        time.sleep(0.2)
    return runs[-1]


async def _crowd(url: str, run: Any, given: argparse.Namespace, *, told: bool) -> dict[str, Any]:
    """What a crowd sees for some seconds, all sockets being open."""
    from benchmarks.people import cookies_of

    cookies = await sync_to_async(cookies_of)(run.team, given.sockets)
    crowd = Crowd(url, run.pk, cookies)
    listening = await crowd.open(given.sockets)
    await crowd.read(0, time.monotonic() + READING_SECONDS)  # what is made once is there
    crowd.took.clear()
    until = time.monotonic() + given.seconds
    reading = [crowd.read(number, until) for number in range(given.readers)]
    telling = asyncio.create_task(_tell(run.pk)) if told else None
    await asyncio.gather(*reading)
    if telling:
        telling.cancel()
    lost = sum(one.done() for one in listening)
    for one in listening:
        one.cancel()
    await asyncio.gather(*listening, return_exceptions=True)
    return {
        "sockets": given.sockets,
        "readers": given.readers,
        "seconds": given.seconds,
        "pages": len(crowd.took),
        "errors": crowd.errors + lost,
        "notices": crowd.notices,
        "p50_seconds": _percentile(crowd.took, 50),
        "p95_seconds": _percentile(crowd.took, 95),
        "longest_seconds": _percentile(crowd.took, 100),
    }


async def _tell(run: int) -> None:
    """As workers tell of a commit."""
    from webapp.queue import events

    for seq in itertools.count(1):
        await sync_to_async(events.notify)({run: seq})
        await asyncio.sleep(1)


class Crowd:
    """Pages that listen, and people who open one after the other."""

    def __init__(self, url: str, run: int, cookies: list[str]) -> None:
        self._url, self._run, self._cookies = url, run, cookies
        self.took: list[float] = []
        self.errors = 0
        self.notices = 0

    async def open(self, count: int) -> "list[asyncio.Task[None]]":
        """All of them, before anything is measured."""
        opening = asyncio.Semaphore(AT_A_TIME)
        ready = asyncio.Semaphore(0)
        cookies = itertools.islice(itertools.cycle(self._cookies), count)
        tasks = [asyncio.create_task(self._listen(one, opening, ready)) for one in cookies]
        for _ in tasks:
            await ready.acquire()
        return tasks

    async def _listen(
        self, cookie: str, opening: asyncio.Semaphore, ready: asyncio.Semaphore
    ) -> None:
        address = f"{self._url.replace('http', 'ws', 1)}/live/runs/{self._run}"
        headers = {"Cookie": cookie}
        try:
            async with opening:
                socket = await connect(
                    address,
                    additional_headers=headers,
                    origin=Origin(self._url),
                    proxy=None,
                )
                await socket.recv()
        finally:
            ready.release()
        async with socket:
            try:
                async for _ in socket:
                    self.notices += 1
            except ConnectionClosed:
                return

    async def read(self, number: int, until: float) -> None:
        """From different moments on, as people come."""
        run = f"/runs/{self._run}"
        pages = itertools.cycle((run, f"{run}/questions", "/", "/runs/"))
        headers = {"Cookie": self._cookies[number % len(self._cookies)]}
        await asyncio.sleep(READING_SECONDS * number / 20)
        async with httpx.AsyncClient(base_url=self._url, headers=headers, timeout=60) as client:
            for page in pages:
                if time.monotonic() > until:
                    return
                started = time.perf_counter()
                try:
                    answer = await client.get(page)
                    self.errors += answer.status_code != 200
                except httpx.HTTPError:
                    self.errors += 1
                self.took.append(time.perf_counter() - started)
                await asyncio.sleep(READING_SECONDS)


def _percentile(seconds: list[float], percent: float) -> float:
    return round(float(np.percentile(seconds, percent)), 3)


if __name__ == "__main__":
    main()
