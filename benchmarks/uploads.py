"""100,000 questions through the form of a web server, from choosing the file to the stored set.

Another page is asked for all the while: how long people wait for it is measured, and the memory of
the web process.
"""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

import httpx

ROWS = 100_000
TOKEN = "t" * 32  # the form's, in the cookie and in the header
REST = 0.05  # seconds between two requests for another page


def measure(file: Path) -> dict[str, Any]:
    """Needs Django on servers of its own."""
    from webapp.questions.models import QuestionSet

    cookies = {"sessionid": _session(), "csrftoken": TOKEN}
    with _web_server() as (url, pid), _client(url, cookies) as web:
        web.get("/question-sets/").raise_for_status()
        before = _peak(pid)
        quiet = _waits(web, seconds=2)
        with _asking(url, cookies) as waits:
            started = time.perf_counter()
            with file.open("rb") as content:
                page = web.post("/question-sets/new", files={"file": content}, headers=_headers())
            address = page.headers["location"]
            web.get(address).raise_for_status()
            looked_at = time.perf_counter()
            form = {"name": "Through the form", "kind": "test", "benchmark": "guess"}
            stored = web.post(f"{address}/store", data=form, headers=_headers())
            ended = time.perf_counter()
        assert stored.status_code == 302, stored.text
        assert QuestionSet.objects.get(name=form["name"]).questions.count() == ROWS
        return {
            "file": f"{file.name} through the form",
            "megabytes": round(file.stat().st_size / 2**20),
            "rows": ROWS,
            "looked_at_seconds": round(looked_at - started, 1),
            "looked_at_and_stored_seconds": round(ended - started, 1),
            "other_page_median_ms": round(1000 * median(waits)),
            "other_page_longest_ms": round(1000 * max(waits)),
            "other_page_median_ms_when_quiet": round(1000 * median(quiet)),
            "web_megabytes_before": before,
            "web_peak_megabytes": _peak(pid),
        }


def _session() -> str:
    """Of a person who is signed in."""
    from django.test import Client

    from webapp.accounts.models import Team, User

    team, _ = Team.objects.get_or_create(name="Bench")
    person = User.objects.create_user("bench", team=team)
    client = Client()
    client.force_login(person)
    return client.cookies["sessionid"].value


def _client(url: str, cookies: dict[str, str]) -> httpx.Client:
    return httpx.Client(base_url=url, cookies=cookies, timeout=60)


def _headers() -> dict[str, str]:
    return {"X-CSRFToken": TOKEN}


@contextmanager
def _web_server() -> Iterator[tuple[str, int]]:
    """Its address and its process."""
    from webapp.processes.ports import HOST, free_port

    port = free_port()
    command = [sys.executable, "-m", "webapp.processes.web", f"--port={port}"]
    process = subprocess.Popen(command, env=os.environ)
    try:
        url = f"http://{HOST}:{port}"
        for _ in range(300):
            try:
                httpx.get(f"{url}/healthz").raise_for_status()
                break
            except httpx.HTTPError:
                time.sleep(0.2)
        yield url, process.pid
    finally:
        process.terminate()
        process.wait(30)


@contextmanager
def _asking(url: str, cookies: dict[str, str]) -> Iterator[list[float]]:
    """Seconds that another page takes, one after the other, as long as the body runs."""
    waits: list[float] = []
    over = threading.Event()

    def ask() -> None:
        with _client(url, cookies) as web:
            while not over.is_set():
                waits.append(_wait(web))
                over.wait(REST)

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        yield waits
    finally:
        over.set()
        thread.join()


def _waits(web: httpx.Client, seconds: float) -> list[float]:
    waits = []
    give_up = time.perf_counter() + seconds
    while time.perf_counter() < give_up:
        waits.append(_wait(web))
        time.sleep(REST)
    return waits


def _wait(web: httpx.Client) -> float:
    started = time.perf_counter()
    web.get("/question-sets/").raise_for_status()
    return time.perf_counter() - started


def _peak(pid: int) -> int:
    """Megabytes that a process has had in memory at most."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) // 1024
    raise ProcessLookupError(pid)
