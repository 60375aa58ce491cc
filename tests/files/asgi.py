"""Requests to the ASGI application itself, without a server."""

import asyncio
from collections.abc import Coroutine, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

Result = TypeVar("Result")


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


async def ask(
    application: Any,
    path: str,
    body: Iterable[bytes] = (),
    method: str = "POST",
    headers: Mapping[str, str] | None = None,
    patience: float | None = None,
) -> Answer:
    """Send a body in pieces, as a browser does, and wait for the answer, or so many seconds."""
    given = {"host": "localhost", **(headers or {})}
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in given.items()],
        "client": ("127.0.0.1", 1),
        "server": ("localhost", 80),
    }
    pieces = iter(body)
    has_more = True
    answer = Answer(0, {}, b"")

    async def receive() -> dict[str, Any]:
        nonlocal has_more
        if not has_more:  # the browser waits
            await asyncio.sleep(patience or 3600)
            return {"type": "http.disconnect"}
        piece = next(pieces, None)
        has_more = piece is not None
        return {"type": "http.request", "body": piece or b"", "more_body": has_more}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            answer.status = message["status"]
            answer.headers = {n.decode().lower(): v.decode() for n, v in message["headers"]}
        else:
            answer.body += message.get("body", b"")

    await application(scope, receive, send)
    return answer


def run(asked: Coroutine[Any, Any, Result]) -> Result:
    """In a thread: browser tests leave an event loop running in the main one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, asked).result()
