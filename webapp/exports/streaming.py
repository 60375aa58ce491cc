"""Files that are sent while they are made."""

from collections.abc import AsyncIterator, Iterator
from typing import TypeVar

from asgiref.sync import sync_to_async
from django.http import StreamingHttpResponse

Part = TypeVar("Part", str, bytes)


def download(parts: Iterator[Part], kind: str, filename: str) -> StreamingHttpResponse:
    """Text or bytes in parts, none of them empty, as a file to be saved."""
    headers = {"Content-Disposition": f'attachment; filename="{filename}"'}
    return StreamingHttpResponse(_sent(parts), kind, headers=headers)


async def _sent(parts: Iterator[Part]) -> AsyncIterator[Part]:
    """Under ASGI Django would read a plain iterator whole before it sends the first byte."""
    more = sync_to_async(lambda: next(parts, None))
    while part := await more():
        yield part
