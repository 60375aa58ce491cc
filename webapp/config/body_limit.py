"""Requests whose body is too large are answered 413 before Django writes the body to disk, and
large ones 507 where the disk has no room for them."""

from collections.abc import Callable

from webapp.config.refusing import Application, Message, Receive, Scope, Send, refuse

LARGE = 2**20  # bytes: what has less is no file, and goes on though the disk is almost full
SPLIT = "Split the file, or ask whoever runs the product to raise the limit."


class BodyLimit:
    """Passes requests on whose body has at most `limit` bytes, by what they announce and send, and
    for which there is room. `lack` says what is to be said where a disk lacks room for so many.

    Another body is read to its end and dropped: a browser shows no answer before it has sent all.
    """

    def __init__(
        self, application: Application, limit: int, lack: Callable[[int], str] = lambda size: ""
    ) -> None:
        self._application = application
        self._limit = limit
        self._lack = lack

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        count = looked = 0
        refused = self._refusal(announced := _announced(scope), announced)

        async def counted() -> Message:
            nonlocal count, looked, refused
            message = await receive()
            count += len(message.get("body", b""))
            if count - looked >= LARGE:
                looked = count
                refused = self._refusal(count, 0)  # what has come is on the disk already
            elif count > self._limit:
                refused = self._refusal(count, 0)
            if refused is None:
                return message
            await _drain(receive, message)
            return {"type": "http.disconnect"}  # Django then drops what it has, and is silent

        if refused is None:
            await self._application(scope, counted, send)
        else:
            await _drain(receive, {"type": "http.request", "more_body": True})
        if refused is not None:
            await refuse(scope, send, *refused)

    def _refusal(self, size: int, coming: int) -> tuple[int, str] | None:
        if size > self._limit:
            return 413, f"The request has more than {self._limit // 2**20} MB. {SPLIT}"
        if size >= LARGE and (said := self._lack(coming)):
            return 507, said
        return None


async def _drain(receive: Receive, message: Message) -> None:
    while message["type"] == "http.request" and message.get("more_body"):
        message = await receive()


def _announced(scope: Scope) -> int:
    lengths = [value for name, value in scope["headers"] if name == b"content-length"]
    return int(lengths[0]) if lengths and lengths[0].isdigit() else 0
