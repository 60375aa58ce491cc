"""Files that are sent while they are made."""

from collections.abc import AsyncIterator, Iterator

from asgiref.sync import sync_to_async
from django.http import StreamingHttpResponse


def download(parts: Iterator[str], kind: str, filename: str) -> StreamingHttpResponse:
    """A text in parts, none of them empty, as a file to be saved."""
    headers = {"Content-Disposition": f'attachment; filename="{filename}"'}
    return StreamingHttpResponse(_sent(parts), kind, headers=headers)


async def _sent(parts: Iterator[str]) -> AsyncIterator[str]:
    """Under ASGI Django would read a plain iterator whole before it sends the first byte."""
    more = sync_to_async(lambda: next(parts, ""))
    while part := await more():
        yield part
