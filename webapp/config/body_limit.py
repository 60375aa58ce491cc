"""Requests whose body is too large are answered 413 before Django writes the body to disk."""

from webapp.config.refusing import Application, Message, Receive, Scope, Send, refuse


class BodyLimit:
    """Passes requests on whose body has at most `limit` bytes, by what they announce and send.

    A larger body is read to its end and dropped: a browser shows no answer before it has sent all.
    """

    def __init__(self, application: Application, limit: int) -> None:
        self._application = application
        self._limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        count = 0
        is_open = is_small = _announced(scope) <= self._limit

        async def counted() -> Message:
            nonlocal count, is_small
            message = await receive()
            count += len(message.get("body", b""))
            if count <= self._limit:
                return message
            is_small = False
            await _drain(receive, message)
            return {"type": "http.disconnect"}  # Django then drops what it has, and is silent

        if is_open:
            await self._application(scope, counted, send)
        else:
            await _drain(receive, {"type": "http.request", "more_body": True})
        if not is_small:
            too_large = (
                f"The request has more than {self._limit // 2**20} MB. Split the file, or ask"
                " whoever runs the product to raise the limit."
            )
            await refuse(scope, send, 413, too_large)


async def _drain(receive: Receive, message: Message) -> None:
    while message["type"] == "http.request" and message.get("more_body"):
        message = await receive()


def _announced(scope: Scope) -> int:
    lengths = [value for name, value in scope["headers"] if name == b"content-length"]
    return int(lengths[0]) if lengths and lengths[0].isdigit() else 0
