"""Which sockets are taken: those that a page of this product opens, at an address that there is."""

from typing import Any

from channels.auth import AuthMiddlewareStack
from channels.routing import URLRouter
from django.conf import settings
from django.http.request import split_domain_port, validate_host
from django.urls import re_path

from webapp.config.refusing import Application, Receive, Scope, Send, refuse_socket

SCHEMES = {"ws": "http", "wss": "https"}


def sockets(patterns: list[Any]) -> Application:
    """An ASGI application for all sockets: who asks is known before anything is accepted."""
    elsewhere: Any = re_path("", not_there)  # type: ignore[arg-type]
    known: Any = AuthMiddlewareStack(URLRouter([*patterns, elsewhere]))
    return SameOrigin(known)


async def not_there(scope: Scope, receive: Receive, send: Send) -> None:
    await refuse_socket(scope, receive, send, 404)


class SameOrigin:
    """Passes on what a page of this very scheme, host and port opens; refuses other pages, and
    whoever does not say which page it is: browsers do, and send their cookies along."""

    def __init__(self, application: Application) -> None:
        self._application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if _is_ours(scope):
            await self._application(scope, receive, send)
        else:
            await refuse_socket(scope, receive, send, 403)


def _is_ours(scope: Scope) -> bool:
    """As Django tells it of a form that is sent."""
    origin, host = (_header(scope, name) for name in (b"origin", b"host"))
    if not validate_host(split_domain_port(host)[0], settings.ALLOWED_HOSTS):
        return False
    here = f"{SCHEMES[scope['scheme']]}://{host}"
    return origin == here or origin in settings.CSRF_TRUSTED_ORIGINS


def _header(scope: Scope, name: bytes) -> str:
    """Blank where there is none, or there are several."""
    found = [value for key, value in scope["headers"] if key == name]
    return found[0].decode("latin1").lower() if len(found) == 1 else ""
