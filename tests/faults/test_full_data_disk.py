"""The whole product on a small disk that fills in mid-run: it waits, and every count is right."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.processes.test_serve import SERVE, STOP_SECONDS
from webapp.processes.product import ROOT

pytestmark = pytest.mark.faults

SIZE = "700m"
FULL_SECONDS = 75  # more than supervisord's ten tries to start PostgreSQL take
RUN_SECONDS = 400
READ = {
    "answers": "SELECT count(*), count(*) FILTER (WHERE asked AND stage IS NULL), count(DISTINCT"
    " question_id), count(*) FILTER (WHERE verdict = 'correct') FROM runs_answer",
    "run": "SELECT questions, finished, questions, correct FROM runs_run",
    "generations": "SELECT purpose, expert_id, count(*), count(*) FILTER (WHERE status = 'done'),"
    " coalesce(sum(tokens), 0) FROM runs_generation GROUP BY 1, 2 ORDER BY 1, 2",
    "progress": "SELECT purpose, expert_id, asked, done, tokens FROM runs_progress ORDER BY 1, 2",
    "doubled": "SELECT answer_id, purpose, round, number FROM runs_generation"
    " GROUP BY 1, 2, 3, 4 HAVING count(*) > 1",
    "failed": "SELECT problem FROM runs_generation WHERE status = 'failed'",
}


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    for name in ("DATABASE_URL", "REDIS_URL", "SKILLMOE_PORT"):
        monkeypatch.delenv(name, raising=False)
    folder = Path(tempfile.mkdtemp(prefix="skillmoe-data-"))
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE},mode=755", "none", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True).returncode != 0:
        folder.rmdir()
        pytest.skip("no small disk can be mounted here: that takes root")
    monkeypatch.setenv("SKILLMOE_DATA", str(folder / "data"))
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
        folder.rmdir()


@pytest.fixture
def launcher(disk: Path, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    with (tmp_path / "said").open("w") as said:
        process = subprocess.Popen(SERVE, text=True, stdout=subprocess.PIPE, stderr=said)
    assert process.stdout
    try:
        assert any("Ctrl-C" in line for line in process.stdout), (tmp_path / "said").read_text()
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=2 * STOP_SECONDS)
        print((tmp_path / "said").read_text()[-3000:])


class Filler:
    """Another program that takes every byte there is, also what others give back."""

    def __init__(self, disk: Path) -> None:
        self._path = disk / "ballast"
        self._enough = threading.Event()
        self._thread = threading.Thread(target=self._fill)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._enough.set()
        self._thread.join()
        self._path.unlink()

    def _fill(self) -> None:
        with self._path.open("wb", buffering=0) as ballast:
            while not self._enough.is_set():
                with suppress(OSError):
                    while True:
                        ballast.write(bytes(4096))
                time.sleep(0.05)


def manage(*arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), *arguments], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def read(data: Path, sql: str) -> list[tuple[Any, ...]]:
    url = json.loads((data / "servers.json").read_text())["database_url"]
    with psycopg.connect(url, connect_timeout=3) as connection:
        return connection.execute(sql.encode()).fetchall()


def wait(what: Any, seconds: float, launcher: subprocess.Popen[str], why: str) -> None:
    until = time.monotonic() + seconds
    while True:
        assert launcher.poll() is None, "the product has ended"
        with suppress(psycopg.OperationalError):
            if what():
                return
        assert time.monotonic() < until, why
        time.sleep(0.3)


def status_of(data: Path, path: str, body: bytes | None = None) -> int:
    url = json.loads((data / "servers.json").read_text())["web_url"] + path
    try:
        with urllib.request.urlopen(url, body, timeout=60) as response:
            return int(response.status)
    except urllib.error.HTTPError as error:
        return error.code


def test_a_full_data_disk_is_waited_for(disk: Path, launcher: subprocess.Popen[str]) -> None:
    data = disk / "data"
    manage("load_demo")
    (name, pool), *_ = read(
        data,
        "SELECT s.name, p.name FROM questions_questionset s, experts_pool p"
        " WHERE s.kind = 'test' ORDER BY s.size DESC LIMIT 1",
    )
    manage("start_run", name, pool, "--method=all-experts")
    done = "SELECT count(*) FROM runs_generation WHERE status = 'done'"
    wait(lambda: read(data, done)[0][0] > 100, 180, launcher, "nothing is generated")
    with Filler(disk):
        until = time.monotonic() + FULL_SECONDS
        time.sleep(2)
        assert status_of(data, "/api/v1/question-sets", bytes(5 * 2**20)) == 507
        assert status_of(data, "/healthz") in (200, 503)
        while time.monotonic() < until:
            assert launcher.poll() is None, "the product has ended"
            time.sleep(0.5)
    wait(
        lambda: read(data, "SELECT status FROM runs_run")[0][0] != "running",
        RUN_SECONDS, launcher, "the run does not go on",
    )  # fmt: skip
    assert read(data, "SELECT status, problem FROM runs_run") == [("done", "")]
    found = {what: read(data, sql) for what, sql in READ.items()}
    assert found["answers"] == found["run"]
    assert found["generations"] == found["progress"]
    assert not found["doubled"] and not found["failed"]
    assert status_of(data, "/healthz") == 200
