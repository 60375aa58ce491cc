"""Somebody who comes through a proxy: signs in and listens, with cookies as browsers keep them."""

import re
import socket
import ssl
from http.cookies import SimpleCookie
from urllib.parse import urlsplit

import httpx
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect


class Visitor:
    """Asks the server at `address` for `host`, as a browser does that was led there.

    `said` is what the proxy would say, where there is none.
    """

    def __init__(self, address: str, host: str, said: dict[str, str] | None = None) -> None:
        self._address = address
        self.origin = f"https://{host}"
        self._headers = {"Host": host} | (said or {})
        self._name = host.partition(":")[0]
        self.cookies: SimpleCookie = SimpleCookie()

    def get(self, path: str, **headers: str) -> httpx.Response:
        return self._ask("GET", path, headers)

    def post(self, path: str, fields: dict[str, str], **headers: str) -> httpx.Response:
        return self._ask("POST", path, {"Origin": self.origin} | headers, fields)

    def sign_in(self, name: str, password: str, **headers: str) -> httpx.Response:
        page = self.get("/sign-in")
        token = re.search(r'csrfmiddlewaretoken" value="([^"]*)"', page.text)
        assert token, page.text
        given = {"username": name, "password": password, "csrfmiddlewaretoken": token[1]}
        return self.post("/sign-in", given, **headers)

    def listen(self, path: str, origin: str | None = None) -> str:
        """The first that is told there, or the status with which it is refused."""
        there = urlsplit(self._address)
        assert there.port is not None
        secure = _unchecked() if there.scheme == "https" else None
        headers = {k: v for k, v in self._all_headers().items() if k != "Host"}
        try:
            with connect(
                f"{'wss' if secure else 'ws'}://{self._headers['Host']}{path}",
                sock=socket.create_connection((there.hostname, there.port)),
                ssl=secure,
                additional_headers=headers | {"Origin": origin or self.origin},
            ) as opened:
                return str(opened.recv(timeout=10))
        except InvalidStatus as refused:
            return str(refused.response.status_code)

    def _all_headers(self) -> dict[str, str]:
        cookies = "; ".join(f"{one.key}={one.value}" for one in self.cookies.values())
        return self._headers | ({"Cookie": cookies} if cookies else {})

    def _ask(
        self, method: str, path: str, headers: dict[str, str], fields: dict[str, str] | None = None
    ) -> httpx.Response:
        with httpx.Client(verify=False) as client:
            answer = client.request(
                method, f"{self._address}{path}", headers=self._all_headers() | headers,
                data=fields, extensions={"sni_hostname": self._name}, timeout=30,
            )  # fmt: skip
        for set_cookie in answer.headers.get_list("set-cookie"):
            self.cookies.load(set_cookie)
        return answer


def _unchecked() -> ssl.SSLContext:
    """Who signs certificates for tests is nobody."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context
