"""What a program does by the product's HTTP API: how tests get at what they begin with."""

import json
import time
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

RUN_SECONDS = 240  # the first one loads the embedder, on two busy cores
Rows = Sequence[dict[str, object]]


@dataclass(frozen=True)
class Api:
    url: str
    token: str

    def get(self, address: str) -> Any:
        return self._answer(urllib.request.Request(self.url + address))

    def post(self, address: str, given: object) -> Any:
        request = urllib.request.Request(self.url + address, json.dumps(given).encode())
        request.add_header("Content-Type", "application/json")
        return self._answer(request)

    def upload(self, address: str, file: bytes, **fields: object) -> Any:
        """As curl -F sends it."""
        parts = [f'name="{name}"\r\n\r\n{value}'.encode() for name, value in fields.items()]
        parts.append(b'name="file"; filename="rows.jsonl"\r\n\r\n' + file)
        body = b"".join(b"--=b=\r\nContent-Disposition: form-data; %b\r\n" % p for p in parts)
        request = urllib.request.Request(self.url + address, body + b"--=b=--\r\n")
        request.add_header("Content-Type", 'multipart/form-data; boundary="=b="')
        return self._answer(request)

    def question_set(self, name: str, rows: Rows, kind: str = "test") -> int:
        """Its key."""
        return int(self.upload("/question-sets", _lines(rows), name=name, kind=kind)["id"])

    def responses(self, question_set: int, rows: Rows, pool: str) -> int:
        """Recorded; the key of their experts' pool."""
        sent = self.upload(
            "/recorded-responses", _lines(rows), question_set=question_set, pool=pool
        )
        return int(sent["pool"])

    def profile(self, pool: int, question_set: int) -> int:
        """Built: its key."""
        made = self.post("/profiles", {"pool": pool, "question_set": question_set})
        self.wait_for(made["run"])
        return int(made["id"])

    def run(self, pool: int, question_set: int, method: str, **settings: object) -> str:
        """Done: where people see it."""
        asked = {"pool": pool, "question_set": question_set, "method": method, **settings}
        run = self.post("/runs", asked)["id"]
        self.wait_for(run)
        return f"/runs/{run}"

    def wait_for(self, run: int) -> Any:
        """The run, once it is done."""
        give_up = time.monotonic() + RUN_SECONDS
        while (found := self.get(f"/runs/{run}"))["status"] == "running":
            assert time.monotonic() < give_up, found
            time.sleep(0.3)
        assert found["status"] == "done", found
        return found

    def _answer(self, request: urllib.request.Request) -> Any:
        request.add_header("Authorization", f"Bearer {self.token}")
        with urllib.request.urlopen(request, timeout=60) as response:
            return json.load(response)


def _lines(rows: Rows) -> bytes:
    return "\n".join(map(json.dumps, rows)).encode()
