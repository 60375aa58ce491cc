"""What is asked of servers elsewhere: nothing where nothing may be sent, and nothing further on."""

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network
from typing import Any

import httpx
import openai
import pytest
import requests

from gpu_worker.endpoint_client import Client
from gpu_worker.endpoint_failures import Failed
from moe_core.engine import Endpoint
from webapp import outbound
from webapp.outbound import NotAllowed, guarded, origin, refuse, watched

Asks = Callable[[str], object]


class Server:
    """Says who asked for what; whoever asks for /away is sent on."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str | None]] = []
        self.away = ""
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                server.asked.append((self.path, self.headers["Authorization"]))
                self.send_response(302 if server.away else 200)
                if server.away:
                    self.send_header("Location", server.away)
                self.send_header("Content-Length", "0")
                self.end_headers()

            do_POST = do_GET

            def log_message(self, *_: object) -> None:
                pass

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self._http.server_port}"
        self._thread = threading.Thread(target=self._http.serve_forever)
        self._thread.start()

    def end(self) -> None:
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    yield made
    made.end()


@pytest.fixture
def other() -> Iterator[Server]:
    made = Server()
    yield made
    made.end()


def as_webhook(address: str) -> object:
    with httpx.Client(event_hooks={"request": [watched]}) as client:
        return client.post(address, json={})


def as_provider(address: str) -> object:
    with guarded(requests.Session()) as session:
        return session.get(address, headers={"Authorization": "Bearer secret"})


def as_endpoint(address: str) -> object:
    async def ask() -> object:
        client = Client(Endpoint(address=f"{address}/v1", source="x", key_variable="FAR_API_KEY"))
        try:
            return await client.models()
        finally:
            await client.close()

    return asyncio.run(ask())


@pytest.fixture(autouse=True)
def a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAR_API_KEY", "secret")


ALL = pytest.mark.parametrize("ask", [as_webhook, as_provider, as_endpoint])


@pytest.mark.parametrize(
    "host",
    [
        *(
            "169.254.169.254",
            "169.254.1.1",
            "fe80::1",
            "fe80::1%eth0",
            "[fe80::1]",
            "fd00:ec2::254",
        ),
        *("::ffff:169.254.169.254", "100.100.100.200", "224.0.0.1"),
    ],
)
def test_addresses_that_are_never_asked(host: str) -> None:
    with pytest.raises(NotAllowed, match="it is never asked"):
        refuse(host)


@pytest.mark.parametrize("host", ["127.0.0.1", "10.0.0.7", "192.168.1.9", "fd12::1", "moe.example"])
def test_a_teams_own_network_stays_usable(host: str) -> None:
    refuse(host)


@ALL
def test_a_name_that_leads_there_is_noticed_when_it_is_connected(
    ask: Asks, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever it led to when somebody looked before, as in DNS rebinding."""
    real: Any = socket.getaddrinfo

    def rebound(host: object, *rest: object, **named: object) -> object:
        is_far = host in ("far.example", b"far.example")
        return real("127.0.0.1" if is_far else host, *rest, **named)

    monkeypatch.setattr(socket, "getaddrinfo", rebound)
    address = server.address.replace("127.0.0.1", "far.example")
    with suppress(Failed):  # its list of models is empty
        ask(address)
    assert len(server.asked) == 1, "it leads where it may"
    monkeypatch.setattr(outbound, "METADATA", [ip_network("127.0.0.1")])
    with pytest.raises((NotAllowed, Failed, requests.RequestException), match="it is never asked"):
        ask(address)
    assert len(server.asked) == 1, "nothing is sent there"


@ALL
def test_no_redirect_is_followed(ask: Asks, server: Server, other: Server) -> None:
    server.away = f"{other.address}/stolen"
    try:
        ask(server.address)
    except Failed as error:
        assert "302" in str(error)
    assert len(server.asked) == 1 and other.asked == []


def test_the_key_goes_along_to_its_own_server(server: Server) -> None:
    with pytest.raises(Failed):
        as_endpoint(server.address)
    assert server.asked == [("/v1/models", "Bearer secret")]


def test_whose_a_key_is() -> None:
    assert origin("https://Far.example/v1") == origin("https://far.example:443/v2")
    assert origin("http://far.example/v1") != origin("https://far.example/v1")
    assert origin("http://far.example:1/v1") != origin("http://far.example:2/v1")


def test_the_package_follows_redirects_by_itself() -> None:
    """What the client has to be told, as long as this holds."""
    assert openai.DefaultAsyncHttpxClient().follow_redirects
