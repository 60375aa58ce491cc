"""What setting texts may cost: one text, one page, and nothing for whoever has gone.

What is set is kept, by what it is and by which rules it was set. A text that would cost too much,
and whatever follows once its page has cost enough, is shown as it was written, and says so. As what
is set is kept, the same page sets more of it the next time.
"""

import hashlib
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.core.cache import caches
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from webapp.pages.shared import markup

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[..., Awaitable[None]]

PAGE_SECONDS = 1.0  # of a processor, for all texts of a page together
SHORT = 200  # characters that are set even so: titles, options, notes
WORTH_SECONDS = 0.002  # what takes less is not kept
MOST_KEPT = 100_000  # characters of one text's HTML

TOO_COSTLY = "Shown as it was written: it would take too long to set."
ENOUGH = (
    "Shown as it was written: this page has much to set. Open the page again to set more of it."
)


@dataclass
class Spent:
    """By one request so far."""

    seconds: float = 0.0
    has_gone: bool = False  # whoever asked waits no longer


_spent: ContextVar[Spent | None] = ContextVar("spent", default=None)


def rendered(text: str | None) -> SafeString:
    """Untrusted Markdown with TeX as safe HTML, or as it was written where that costs too much.

    Nothing where nobody waits for the page any more.
    """
    spent = _spent.get() or Spent()
    if not text or spent.has_gone:
        return SafeString("")
    if len(text) > markup.LONGEST:
        return as_written(text)
    html: str | None = _kept().get(name := _name(text))
    if html is None:
        if spent.seconds > PAGE_SECONDS and len(text) > SHORT:
            return as_written(text, ENOUGH)
        html, seconds = _set(text)
        spent.seconds += seconds
        if seconds > WORTH_SECONDS and len(html) <= MOST_KEPT:
            _kept().set(name, html)
    return mark_safe(html)  # noqa: S308 (sanitised)


def as_written(text: str, why: str = "") -> SafeString:
    said = format_html('<p class="small muted mb-1">{}</p>', why) if why else ""
    shown: SafeString = format_html('{}<pre dir="auto">{}</pre>', said, text)
    return shown


def _set(text: str) -> tuple[str, float]:
    began = markup.now()
    try:
        html = markup.render(text)
    except markup.TooCostly:
        html = as_written(text, TOO_COSTLY)
    return html, markup.now() - began


def _kept() -> Any:
    return caches["texts"]


def _name(text: str) -> str:
    digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=20)
    return f"{markup.VERSION}:{digest.hexdigest()}"


@contextmanager
def spending() -> Iterator[Spent]:
    """What is rendered meanwhile is one page's."""
    token = _spent.set(spent := Spent())
    try:
        yield spent
    finally:
        _spent.reset(token)


class Spending:
    """An ASGI application, each of whose requests is a page, until its browser has gone.

    Django hears of that, too, but cannot end the thread in which it makes the page.
    """

    def __init__(self, application: Application) -> None:
        self._application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with spending() as spent:

            async def heard() -> Message:
                message = await receive()
                spent.has_gone = spent.has_gone or message["type"] == "http.disconnect"
                return message

            await self._application(scope, heard, send)
