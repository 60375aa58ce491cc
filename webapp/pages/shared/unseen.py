"""Characters that nobody sees, or that turn the direction of reading, are shown as what they are.

Whoever writes a text could hide words with them, or have it read otherwise than it is stored. Pages
are looked through when they are made, whatever came into them and however: an entity of Markdown
(`&#x202e;`) becomes such a character only then.
"""

import re
import unicodedata
from collections.abc import Callable
from itertools import count

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

# Joiners have a part in emoji and in the writing of many languages: there they stand between
# characters beyond ASCII, and are left.
_UNSEEN = (
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
    r"|(?<![^\x00-\x7f])[\u200c\u200d]|[\u200c\u200d](?![^\x00-\x7f])"
)
UNSEEN = re.compile(_UNSEEN)
LONGEST_RUN = 3  # in a row that are told one by one
MOST_NAMED = (
    5_000  # tags and marks, after which marks are short: or a page would grow a hundredfold
)
_IN_HTML = re.compile(
    # What a form sends back, and what scripts read, stays as it is.
    r"<(?P<raw>textarea|script)\b.*?</(?P=raw)>|<(?:input|button)\b[^>]*>"
    r"|(?P<kept><option\b[^>]*>)(?P<words>[^<]*)|(?P<tag><title>[^<]*|<[a-zA-Z][^>]*>)"
    rf"|(?P<unseen>(?:{_UNSEEN})+)",
    re.DOTALL,
)


def plain(text: str) -> str:
    """A text with the code of each such character in its place."""
    return UNSEEN.sub(lambda found: f"[{_code(found[0])}]", text)


def marked(html: str) -> str:
    """HTML with a mark in the place of each such character, with its name; in tags, its code."""
    if UNSEEN.search(html) is None:
        return html
    marks = count()
    return _IN_HTML.sub(lambda found: _mark(found, next(marks)), html)


def _mark(found: re.Match[str], number: int) -> str:
    if run := found["unseen"]:
        told = " ".join(map(_code, run[:LONGEST_RUN]))
        if more := len(run[LONGEST_RUN:]):
            told += f" and {more:,} more"
        if number > MOST_NAMED:
            return f"[{told}]"
        name = unicodedata.name(run[0], "control character").lower()
        return f'<span class="unseen" title="{name}">{told}</span>'
    if tag := found["tag"]:
        return plain(tag)
    return found["kept"] + plain(found["words"]) if found["kept"] else found[0]


def _code(char: str) -> str:
    return f"U+{ord(char):04X}"


Handler = Callable[[HttpRequest], HttpResponseBase]


def middleware(get_response: Handler) -> Handler:
    """Marks them on every page that is sent whole."""

    def show(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if isinstance(response, HttpResponse) and _is_page(response):
            response.content = marked(response.text).encode(response.charset)
        return response

    return show


def _is_page(response: HttpResponse) -> bool:
    return response.headers.get("Content-Type", "").startswith("text/html")
