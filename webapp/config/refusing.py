"""ASGI's part of refusing a request before Django sees it, in words."""

import json
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[..., Awaitable[None]]
Headers = list[tuple[bytes, bytes]]


async def refuse(
    scope: Scope, send: Send, status: int, message: str, headers: Headers | None = None
) -> None:
    """Answer a request: as the API tells errors where it was the API's, else as plain text."""
    is_api = scope["path"].startswith("/api/")
    text = json.dumps({"message": message, "errors": []}) if is_api else message + "\n"
    kind = b"application/json" if is_api else b"text/plain; charset=utf-8"
    await answer(send, status, text.encode(), [(b"content-type", kind), *(headers or [])])


async def answer(send: Send, status: int, body: bytes, headers: Headers) -> None:
    """Send a whole answer, which nobody keeps."""
    told = [*headers, (b"content-length", str(len(body)).encode()), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": status, "headers": told})
    await send({"type": "http.response.body", "body": body})


async def refuse_socket(scope: Scope, receive: Receive, send: Send, status: int) -> None:
    """Answer the request of a socket with a status, before there is a socket."""
    await receive()
    if "websocket.http.response" not in scope.get("extensions", {}):
        await send({"type": "websocket.close"})
        return
    await send({"type": "websocket.http.response.start", "status": status, "headers": []})
    await send({"type": "websocket.http.response.body", "body": b""})
