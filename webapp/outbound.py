"""Asking servers elsewhere whose addresses somebody has typed, or another server has told.

Some addresses of a machine's own network answer whoever asks from it, with the keys of its account
in a cloud. Nothing is sent there, whatever name leads there at that moment. No redirect is
followed, so that what goes to a server, a key above all, goes to no other. A team's own network
stays usable: endpoints run there.
"""

import socket
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

METADATA = [  # of clouds, beside the link-local ones
    ip_network(one)
    for one in ("fd00:ec2::254", "fd20:ce::254", "100.100.100.200", "192.0.0.192", "168.63.129.16")
]


class NotAllowed(OSError):
    """The address is one of those that are never asked."""


def refuse(host: str) -> None:
    """Raises NotAllowed for such an address; a name says nothing before it has led somewhere."""
    try:
        address: IPv4Address | IPv6Address = ip_address(host.strip("[]").partition("%")[0])
    except ValueError:
        return
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    if address.is_link_local or address.is_multicast or any(address in one for one in METADATA):
        raise NotAllowed(f"{host} is an address of the machine's own network: it is never asked")


def origin(address: str) -> tuple[str, str, int]:
    """Whose a key is: scheme, host and port."""
    parts = urlsplit(address)
    usual = {"http": 80, "https": 443}.get(parts.scheme, 0)
    return parts.scheme, (parts.hostname or "").lower(), parts.port or usual


# --- httpx and its successor, as `event_hooks={"request": [watched]}`

CONNECTED = "connection.connect_tcp.complete"


def watched(request: Any) -> None:
    """Have a request end before anything is sent, if its connection leads where none may."""
    refuse(request.url.host)

    def trace(event: str, told: dict[str, Any]) -> None:
        if event == CONNECTED:
            try:
                refuse(_there(told["return_value"]))
            except NotAllowed:
                told["return_value"].close()
                raise

    request.extensions["trace"] = trace


async def watched_async(request: Any) -> None:
    """The same for their asynchronous clients."""
    refuse(request.url.host)

    async def trace(event: str, told: dict[str, Any]) -> None:
        if event == CONNECTED:
            try:
                refuse(_there(told["return_value"]))
            except NotAllowed:
                await told["return_value"].aclose()
                raise

    request.extensions["trace"] = trace


def _there(stream: Any) -> str:
    return str(stream.get_extra_info("server_addr")[0])


# --- requests


class _Http(HTTPConnection):
    def connect(self) -> None:
        super().connect()
        _check_socket(self)


class _Https(HTTPSConnection):
    def connect(self) -> None:
        super().connect()
        _check_socket(self)


def _check_socket(connection: HTTPConnection) -> None:
    there: socket.socket = connection.sock
    try:
        refuse(str(there.getpeername()[0]))
    except NotAllowed:
        connection.close()
        raise


class _HttpPool(HTTPConnectionPool):
    ConnectionCls = _Http


class _HttpsPool(HTTPSConnectionPool):
    ConnectionCls = _Https


class _Adapter(HTTPAdapter):
    def init_poolmanager(self, *arguments: Any, **named: Any) -> None:
        super().init_poolmanager(*arguments, **named)
        self.poolmanager.pool_classes_by_scheme = {"http": _HttpPool, "https": _HttpsPool}


def guarded(session: requests.Session) -> requests.Session:
    """The same of `requests`, and it follows no redirect: what answers with one has answered."""
    for scheme in ("http://", "https://"):
        session.mount(scheme, _Adapter())
    session.get_redirect_target = lambda resp: None  # type: ignore[method-assign]
    return session
