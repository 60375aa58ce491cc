"""Reading what an address says. What means nothing counts as not said, so that old links open."""

from django.http import HttpRequest, QueryDict

LONGEST = 18  # digits of a key that Postgres can hold


def key(text: str) -> int | None:
    """A row's key, or another whole number; None where the text is none."""
    is_key = text.isascii() and text.isdigit() and len(text) <= LONGEST
    return int(text) if is_key else None


def key_param(given: QueryDict, name: str) -> int | None:
    """The key that a parameter says."""
    return key(given.get(name, ""))


def text_param(given: QueryDict, name: str) -> str:
    """A parameter's text as Postgres can take it; blank where it is not there."""
    return given.get(name, "").strip().replace("\0", "")


def page_param(request: HttpRequest) -> int:
    """From 1."""
    return max(1, key_param(request.GET, "page") or 1)
