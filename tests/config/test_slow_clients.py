"""Who sends a part and stays: real sockets against uvicorn, with shorter times."""

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
import uvicorn

from webapp.config import slow_clients
from webapp.processes.ports import HOST, free_port

SOON = 0.4  # seconds that are given here for anything
PATIENCE = 10  # of the test
LARGE = 32 * 2**20
HEAD = b"POST / HTTP/1.1\r\nHost: localhost\r\n"


async def application(scope: Any, receive: Any, send: Any) -> None:
    count, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        count += len(message.get("body", b""))
        more = message.get("more_body", False)
    body = bytes(LARGE) if scope["path"] == "/large" else str(count).encode()
    length = (b"content-length", str(len(body)).encode())
    await send({"type": "http.response.start", "status": 200, "headers": [length]})
    await send({"type": "http.response.body", "body": body})


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    for name in ("HEAD_SECONDS", "PIECE_SECONDS", "READING_SECONDS"):
        monkeypatch.setattr(slow_clients, name, SOON)
    port = free_port()
    config = uvicorn.Config(
        application, host=HOST, port=port, http=slow_clients.PatientProtocol, lifespan="off",
        log_config=None, timeout_keep_alive=60, timeout_graceful_shutdown=1,
    )  # fmt: skip
    server = uvicorn.Server(config)
    thread = threading.Thread(target=lambda: asyncio.run(server.serve()), daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield port
    server.should_exit = True
    thread.join(PATIENCE)


def trickle(port: int, first: bytes, piece: bytes) -> bytes:
    """Send the first, then a piece every 50 ms; gives what was answered before the end."""
    with socket.create_connection((HOST, port), timeout=PATIENCE) as client:
        client.sendall(first)
        client.settimeout(0.05)
        answer, until = b"", time.monotonic() + PATIENCE
        while time.monotonic() < until:
            try:
                if not (said := client.recv(65536)):
                    return answer
                answer += said
            except TimeoutError:
                pass
            except ConnectionError:
                return answer
            try:
                client.sendall(piece)
            except ConnectionError:
                return answer
    raise AssertionError(f"it is still waited for; answered: {answer!r}")


@pytest.mark.parametrize(
    ("first", "piece"),
    [
        (b"", b""),
        (HEAD, b""),
        (HEAD, b"X-More: of it\r\n"),
        (HEAD + b"Content-Length: 100\r\n\r\n", b""),
        (HEAD + b"Content-Length: 1000000\r\n\r\n", b"x"),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
        (b"", b"\r\n"),
    ],
    ids=[
        "nothing",
        "half a head",
        "headers without end",
        "no body",
        "a slow body",
        "chunks",
        "lines",
    ],
)
def test_who_sends_a_part_and_stays_is_let_go(port: int, first: bytes, piece: bytes) -> None:
    assert trickle(port, first, piece) == b""


@pytest.mark.parametrize("rest", [b"\r\n", b"GET / HTTP/1.1\r\nHost:"])
def test_the_same_after_a_request(port: int, rest: bytes) -> None:
    """A connection that was kept, and is to be used again."""
    said = trickle(port, HEAD + b"Content-Length: 1\r\n\r\nx", rest)
    assert said.startswith(b"HTTP/1.1 200") and said.count(b"HTTP/1.1") == 1


def test_headers_have_a_size(port: int) -> None:
    endless = b"X-" + b"a" * slow_clients.HEAD_BYTES
    assert trickle(port, HEAD + endless, b"a" * 100).startswith(b"HTTP/1.1 400")


def test_who_does_not_read_is_let_go(port: int) -> None:
    with socket.create_connection((HOST, port), timeout=PATIENCE) as client:
        client.sendall(b"GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n")
        time.sleep(3 * SOON)
        read = 0
        with pytest.raises(ConnectionError):
            while part := client.recv(2**20):
                read += len(part)
            raise ConnectionResetError("closed")
    assert read < LARGE


def test_a_body_that_comes_steadily_has_its_time(port: int) -> None:
    """Longer than any of the times."""
    size, pieces = slow_clients.PIECE_BYTES, 20
    with socket.create_connection((HOST, port), timeout=PATIENCE) as client:
        client.sendall(HEAD + f"Content-Length: {size * pieces}\r\n\r\n".encode())
        for _ in range(pieces):
            client.sendall(bytes(size))
            time.sleep(SOON / 6)
        assert client.recv(65536).startswith(b"HTTP/1.1 200")
