"""The web server in a crowd, and sockets that it refuses: itself, with real connections."""

import asyncio
import signal
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from pytest_django import DjangoDbBlocker
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from tests import servers
from tests.config.web_server import serving
from webapp.accounts.models import Team, User
from webapp.db.rows import fetched
from webapp.runs.models import Run

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
CROWD = 400


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("web") / "web.log"


@pytest.fixture(scope="module")
def url(django_db_setup: None, django_db_blocker: DjangoDbBlocker, log: Path) -> Iterator[str]:
    with django_db_blocker.unblock(), serving(log) as address:
        yield address


def cookie_of(user: User) -> str:
    client = Client()
    client.force_login(user)
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


def connections() -> int:
    """Connections to the tests' database, those of other processes too."""
    found = fetched("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
    return int(found[0][0])


async def crowd(url: str, many: int) -> tuple[Counter[int], list[int]]:
    """So many at once, each looking somebody up in the database; and /healthz meanwhile."""
    headers = {"Authorization": "Bearer nobody"}
    # None is kept: one that the server lets go just then would look like an answer that failed.
    most = httpx.Limits(max_connections=many + 1, max_keepalive_connections=0)
    async with httpx.AsyncClient(base_url=url, limits=most, timeout=120) as client:
        asked = [client.get("/api/v1/runs", headers=headers) for _ in range(many)]
        waiting = asyncio.gather(*asked)
        well = []
        while not waiting.done():
            well.append((await client.get("/healthz")).status_code)
            await asyncio.sleep(0.05)
        return Counter(one.status_code for one in await waiting), well


def test_four_hundred_at_once_are_all_answered(url: str) -> None:
    said, well = asyncio.run(crowd(url, CROWD))
    assert said == {401: CROWD}
    assert well and set(well) == {200}
    assert connections() < settings.PAGES_AT_WORK + 12


@pytest.mark.faults
def test_two_processes_share_a_port(url: str, tmp_path: Path) -> None:
    with (
        serving(tmp_path / "1.log", "--shared") as shared,
        serving(tmp_path / "2.log", "--shared", port=urlsplit(shared).port),
    ):
        said, _ = asyncio.run(crowd(shared, CROWD))
    assert said == {401: CROWD}


def test_health_is_asked_by_one_connection_and_says_when_there_is_no_database(url: str) -> None:
    with httpx.Client(base_url=url, timeout=20) as client:
        before = connections()
        for _ in range(50):
            assert client.get("/healthz").json() == {"status": "ok"}
        assert connections() <= before + 1
        connection.close()
        servers.stop("postgres", signal.SIGINT)
        try:
            asking = time.monotonic()
            while client.get("/healthz").status_code != 503:
                assert time.monotonic() < asking + 10
        finally:
            servers.start("postgres")
        asking = time.monotonic()
        while client.get("/healthz").status_code != 200:
            assert time.monotonic() < asking + 10
        said, _ = asyncio.run(crowd(url, 20))
        assert said == {401: 20}, "what the pool had kept is replaced"


def test_sockets_are_for_pages_of_this_very_address(url: str, team: Team, user: User) -> None:
    run = Run.objects.create(team=team, event_seq=3)
    headers = {"Cookie": cookie_of(user)}
    here = urlsplit(url)

    def opened(origin: str | None, path: str = f"/live/runs/{run.pk}", **more: str) -> str:
        given = headers | more | ({"Origin": origin} if origin else {})
        try:
            with connect(f"ws://{here.netloc}{path}", additional_headers=given) as socket:
                return str(socket.recv(timeout=10))
        except InvalidStatus as refused:
            return str(refused.response.status_code)

    assert opened(url) == f'{{"run": {run.pk}, "seq": 3}}'
    for origin in (
        f"http://{here.hostname}:1", f"http://{here.hostname}", f"https://{here.netloc}",
        "http://moe.example.org", "null", None,
    ):  # fmt: skip
        assert opened(origin) == "403", origin
    assert opened(url, Cookie="") == "403", "nobody"
    assert opened(url, "/live/runs/999999") == "403"
    assert opened(url, "/live/nothing") == "404"
    assert opened("http://evil.example.org", Host="evil.example.org") == "403"


def test_a_large_frame_ends_its_socket(url: str, log: Path, team: Team, user: User) -> None:
    run = Run.objects.create(team=team, event_seq=3)
    given = {"Cookie": cookie_of(user), "Origin": url}
    address = f"ws://{urlsplit(url).netloc}/live/runs/{run.pk}"
    with connect(address, additional_headers=given) as socket:
        socket.recv(timeout=10)
        socket.send("x" * 2048)
        with pytest.raises(ConnectionClosed) as closed:
            socket.recv(timeout=10)
    assert closed.value.rcvd is not None and closed.value.rcvd.code == 1009
    assert "Traceback" not in log.read_text()
