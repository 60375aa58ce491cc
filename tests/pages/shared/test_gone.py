"""What a browser has given up is not computed on."""

import asyncio
import time
from collections.abc import Iterator
from typing import Any

import pytest
from asgiref.testing import ApplicationCommunicator
from django.core.handlers.asgi import ASGIHandler
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.test import override_settings
from django.urls import path

from webapp.exports.streaming import download
from webapp.pages.shared.rendering import Spending, rendered

MANY = 300  # texts, or parts of a file
done: list[int] = []


def page(request: HttpRequest) -> HttpResponse:
    for n in range(MANY):
        if rendered(f"Text {n}"):
            done.append(n)
        time.sleep(0.01)
    return HttpResponse("")


def export(request: HttpRequest) -> HttpResponseBase:
    return download(_parts(), "text/plain", "file")


def _parts() -> Iterator[str]:
    for n in range(MANY):
        done.append(n)
        time.sleep(0.01)
        yield "part"


urlpatterns = [path("page", page), path("export", export)]


async def given_up(address: str) -> None:
    """Asked for, and not waited for."""
    scope = {"type": "http", "method": "GET", "path": address, "headers": [], "query_string": b""}
    client: Any = ApplicationCommunicator(  # type: ignore[no-untyped-call]
        Spending(ASGIHandler()), scope
    )
    await client.send_input({"type": "http.request", "body": b""})
    while len(done) < 5:
        await asyncio.sleep(0.01)
    await client.send_input({"type": "http.disconnect"})
    await client.wait(timeout=2)
    await asyncio.sleep(0.3)
    so_far = len(done)
    await asyncio.sleep(0.3)
    assert len(done) == so_far < MANY


@pytest.mark.parametrize("address", ["/page", "/export"])
def test_nobody_waits_for_it(address: str) -> None:
    done.clear()
    with override_settings(ROOT_URLCONF=__name__, MIDDLEWARE=[]):
        asyncio.run(given_up(address))
