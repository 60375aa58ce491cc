"""Reading what an address says. What means nothing counts as not said, so that old links open."""

from contextlib import suppress
from datetime import date

from django.http import HttpRequest, QueryDict
from django.shortcuts import resolve_url
from django.utils.http import url_has_allowed_host_and_scheme

from webapp.db.keys import key as key  # of addresses, above all

YEARS = range(1970, 9999)


def day(text: str) -> date | None:
    """A day such as 2026-05-01, of a year that any time zone has; None where the text is none."""
    with suppress(ValueError):
        found = date.fromisoformat(text)
        return found if found.year in YEARS else None
    return None


def key_param(given: QueryDict, name: str) -> int | None:
    """The key that a parameter says."""
    return key(given.get(name, ""))


def number_param(given: QueryDict, name: str) -> float | None:
    """A number above nought; None where the parameter is none."""
    with suppress(ValueError):
        found = float(given.get(name, "").strip())
        return found if 0 < found < float("inf") else None
    return None


def text_param(given: QueryDict, name: str) -> str:
    """A parameter's text as Postgres can take it; blank where it is not there."""
    return given.get(name, "").strip().replace("\0", "")


def next_param(request: HttpRequest) -> str:
    """Where somebody wanted to go before they were asked something; home where that is not here."""
    wanted = text_param(request.GET, "next")
    secure = request.is_secure()
    is_here = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=secure)
    return wanted if is_here else resolve_url("home")


def archived_param(request: HttpRequest) -> bool:
    """Whether a list is to show what is archived, instead of what is not."""
    return bool(text_param(request.GET, "archived"))


def page_param(request: HttpRequest) -> int:
    """From 1."""
    return max(1, key_param(request.GET, "page") or 1)
