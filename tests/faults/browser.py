"""What a run's page does in a browser, as far as events go (webapp/static/live.js)."""

import json
import threading
import time
import urllib.request

from django.conf import settings
from django.test import Client
from websockets.exceptions import WebSocketException
from websockets.sync.client import connect

from webapp.accounts.models import User
from webapp.runs.models import Run

CLOCK_SECONDS = 15.0  # between looks when nobody says anything
AGAIN_SECONDS = 0.5  # between tries to connect


class Browser:
    """Listens at the run's socket; fetches what it lacks at each notice and by the clock."""

    def __init__(self, url: str, user: User, run: Run) -> None:
        client = Client()
        client.force_login(user)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        self._headers = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={session}"}
        self._events = f"{url}/runs/{run.pk}/events"
        self._socket = f"{url.replace('http', 'ws')}/live/runs/{run.pk}"
        self._origin = url
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self.shown: list[int] = []
        self.connected = 0  # times
        self.is_connected = False

    def __enter__(self) -> "Browser":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closed.set()
        self._thread.join(2 * CLOCK_SECONDS)

    def _watch(self) -> None:
        while not self._closed.is_set():
            try:
                self._listen()
            except (OSError, WebSocketException):
                time.sleep(AGAIN_SECONDS)
            self.is_connected = False

    def _listen(self) -> None:
        headers = self._headers | {"Origin": self._origin}
        with connect(self._socket, additional_headers=headers) as socket:
            self.is_connected = True
            self.connected += 1
            looked = time.monotonic()
            while not self._closed.is_set():
                try:
                    notice = json.loads(socket.recv(timeout=1.0))
                except TimeoutError:
                    if time.monotonic() - looked < CLOCK_SECONDS:
                        continue
                    notice = None
                if notice is None or notice["seq"] > self._seen():
                    self._fetch()
                    looked = time.monotonic()

    def _seen(self) -> int:
        return self.shown[-1] if self.shown else 0

    def _fetch(self) -> None:
        while True:
            address = f"{self._events}?after={self._seen()}"
            with urllib.request.urlopen(
                urllib.request.Request(address, headers=self._headers), timeout=10
            ) as answer:
                told = json.load(answer)
            self.shown += [event["seq"] for event in told["events"]]
            if not told["events"] or self._seen() >= told["seq"]:
                return
