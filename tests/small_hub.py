"""A small hub on the standard library: the few calls that a look at a model makes, over HTTP."""

import hashlib
import json
import re
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

COMMIT = "0123456789abcdef0123456789abcdef01234567"
Headers = Mapping[str, str]


@dataclass
class SmallHub:
    """Has one model, `us/model`. A token opens its gate; without one it is as if it were not."""

    files: dict[str, bytes] = field(default_factory=dict)
    card: dict[str, Any] = field(default_factory=dict)
    parameters: int = 0
    gate: str = ""  # the token that is let in
    seconds: float = 0.0  # an answer takes
    status: int = 0  # of every answer, where it is set
    asked: list[str] = field(default_factory=list)
    address: str = ""

    def answer(self, path: str, token: str) -> tuple[int, Headers, bytes]:
        if self.status:
            return self.status, {}, b"{}"
        if token and token != (self.gate or token):
            return 401, {"X-Error-Message": "Invalid credentials in Authorization header"}, b"{}"
        if "us/model" not in path:
            return 401, {"X-Error-Code": "RepoNotFound"}, b"{}"
        if found := re.fullmatch(r"/api/models/us/model(?:/revision/(\w+))?", path):
            if found[1] not in (None, "main", COMMIT):
                return 404, {"X-Error-Code": "RevisionNotFound"}, b"{}"
            return 200, {}, json.dumps(self.information()).encode()
        revision = path.split("/")[4] if "/resolve/" in path else "main"
        if revision not in ("main", COMMIT):
            return 404, {"X-Error-Code": "RevisionNotFound"}, b""
        if self.gate and token != self.gate:
            return 403 if token else 401, {"X-Error-Code": "GatedRepo"}, b"{}"
        if path == "/api/models/us/model/auth-check":
            return 200, {}, b"{}"
        content = self.files.get(path.rpartition("/")[2])
        if content is None:
            return 404, {"X-Error-Code": "EntryNotFound"}, b""
        tag = hashlib.sha1(content).hexdigest()
        return 200, {"ETag": f'"{tag}"', "X-Repo-Commit": COMMIT}, content

    def information(self) -> dict[str, Any]:
        told: dict[str, Any] = {
            "id": "us/model",
            "sha": COMMIT,
            "gated": "auto" if self.gate else False,
            "private": False,
            "tags": [],
            "siblings": [{"rfilename": name} for name in self.files],
            "cardData": self.card,
        }
        if self.parameters:
            sizes = {"BF16": self.parameters}
            told["safetensors"] = {"parameters": sizes, "total": self.parameters}
        return told


@contextmanager
def serving(hub: SmallHub) -> Iterator[SmallHub]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.reply(with_body=True)

        def do_HEAD(self) -> None:
            self.reply(with_body=False)

        def reply(self, *, with_body: bool) -> None:
            path = self.path.partition("?")[0]
            hub.asked.append(path)
            time.sleep(hub.seconds)
            token = (self.headers["Authorization"] or "").removeprefix("Bearer ")
            status, headers, content = hub.answer(path, token)
            try:
                self.send_response(status)
                for name, value in {"Content-Type": "application/json", **headers}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                if with_body:
                    self.wfile.write(content)
            except OSError:
                pass  # whoever asked has gone

        def log_message(self, *args: Any) -> None:
            pass

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    listening.daemon_threads = True
    hub.address = f"http://127.0.0.1:{listening.server_port}"
    threading.Thread(target=listening.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield hub
    finally:
        listening.shutdown()
        listening.server_close()
