"""A small OpenAI-compatible server on the standard library, for what a real one seldom does."""

import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import islice
from typing import Any


class Raw(str):
    """A reply that is sent as it is, of whatever type."""

    content_type: str

    def __new__(cls, text: str, content_type: str = "text/event-stream") -> "Raw":
        made = super().__new__(cls, text)
        made.content_type = content_type
        return made


Reply = tuple[int, Any]  # status, and a body as JSON or Raw


@dataclass
class SmallServer:
    """Answers each prompt with `reply(prompt, times it was asked)`; remembers what came."""

    reply: Callable[[str, int], Reply] = lambda prompt, times: written(prompt.upper())
    key: str = ""
    seconds: float = 0.0  # an answer takes
    streams: bool = True  # where it is asked to; otherwise it sends the whole, as some do
    piece_seconds: float = 0.0  # a word takes
    breaks_after: int = 10**9  # words of a stream, without a word more
    counts: bool = True  # the tokens of what it streams
    models: tuple[str, ...] = ("small", "other")
    context: int | None = None  # tokens, as its list of models says
    pings: bool = False  # comments come in place of an answer, for ever
    lingers: bool = False  # and after a stream that breaks
    retry_after: tuple[str, str] = ("retry-after-ms", "10")
    listing: Raw | None = None  # in place of its list of models
    listing_seconds: float = 0.0
    lasts: int = 10**9  # prompts, after which it is gone
    asked: list[dict[str, Any]] = field(default_factory=list)
    keys: set[str | None] = field(default_factory=set)
    at_once: int = 0
    most_at_once: int = 0
    hung_up: int = 0  # clients that did not wait for their answer
    port: int = 0
    taken: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    def complete(self, body: dict[str, Any]) -> Reply:
        prompt = body["messages"][0]["content"]
        with self._lock:
            self.asked.append(body)
            times = sum(b["messages"][0]["content"] == prompt for b in self.asked)
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
        time.sleep(self.seconds)
        with self._lock:
            self.at_once -= 1
        return self.reply(prompt, times)


def written(text: str | None, **message: Any) -> Reply:
    choice = {
        "index": 0,
        "finish_reason": "stop",
        "message": {"role": "assistant", "content": text, **message},
    }
    usage = {"prompt_tokens": 7, "completion_tokens": 3, "total_tokens": 10}
    body = {"id": "x", "object": "chat.completion", "created": 1, "model": "small"}
    return 200, body | {"choices": [choice], "usage": usage}


def pieces(reply: Reply, *, count: bool) -> Iterator[dict[str, Any]]:
    """The same answer word by word: thinking first, then the reason for its end, then counts."""
    (choice,) = reply[1]["choices"]
    base = reply[1] | {"object": "chat.completion.chunk", "usage": None}
    for name, text in sorted(choice["message"].items(), reverse=True):
        for word in re.findall(r"\S+\s*|\s+", text or "") if name != "role" else ():
            yield base | {"choices": [{"index": 0, "delta": {name: word}, "finish_reason": None}]}
    end = {"index": 0, "delta": {}, "finish_reason": choice["finish_reason"]}
    yield base | {"choices": [end]}
    if count:
        yield base | {"choices": [], "usage": reply[1]["usage"]}


def refused(status: int, message: str) -> Reply:
    return status, {"error": {"message": message, "type": "error"}}


@contextmanager
def serving(server: SmallServer) -> Iterator[SmallServer]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            listed = {"object": "list", "data": [{"id": m, "object": "model", "created": 1,
                      "owned_by": "us", "max_model_len": server.context}
                      for m in server.models]}  # fmt: skip
            time.sleep(server.listing_seconds)
            known = self.path == "/v1/models"
            found = server.listing if server.listing is not None else listed
            self.answer((200, found) if known else refused(404, "Not Found"))

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            server.taken += 1
            if server.taken > server.lasts:
                listening.socket.close()  # and this connection, without a word
                return
            if server.pings:
                self.ping()
                return
            reply = server.complete(body)
            is_written = isinstance(reply[1], dict) and "id" in reply[1]  # by `written`
            if body.get("stream") and server.streams and is_written:
                self.stream(reply)
            else:
                self.answer(reply)

        def stream(self, reply: Reply) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.end_headers()
            try:
                for piece in islice(pieces(reply, count=server.counts), server.breaks_after):
                    self.wfile.write(f"data: {json.dumps(piece)}\n\n".encode())
                    time.sleep(server.piece_seconds)
            except OSError:
                server.hung_up += 1
            if server.lingers:
                self.say_nothing()

        def ping(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.say_nothing()

        def say_nothing(self) -> None:
            with suppress(OSError):
                while True:
                    self.wfile.write(b": waiting\n\n")
                    time.sleep(0.1)
            server.hung_up += 1

        def answer(self, reply: Reply) -> None:
            given = (self.headers["Authorization"] or "").removeprefix("Bearer ")
            server.keys.add(given)
            if server.key and given != server.key:
                reply = refused(401, f"Incorrect API key provided: {given}")
            is_raw = isinstance(reply[1], Raw)
            content = (reply[1] if is_raw else json.dumps(reply[1])).encode()
            try:
                self.send_response(reply[0])
                kind = reply[1].content_type if is_raw else "application/json"
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(content)))
                self.send_header(*server.retry_after)
                self.end_headers()
                self.wfile.write(content)
            except OSError:
                server.hung_up += 1

        def log_message(self, *args: Any) -> None:
            pass

    listening = ThreadingHTTPServer(("127.0.0.1", server.port), Handler)
    listening.daemon_threads = True
    server.port = listening.server_port
    threading.Thread(target=listening.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield server
    finally:
        listening.shutdown()
        listening.server_close()
