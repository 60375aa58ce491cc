"""The web server itself, for tests: its own process, on the tests' database."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.conftest import ROOT
from tests.gpu_worker.workers import database_url_of_tests
from webapp.processes.ports import HOST, free_port
from webapp.processes.product import wait_for_web

STOP_SECONDS = 15


@contextmanager
def serving(
    log: Path, *arguments: str, port: int | None = None, **environment: str
) -> Iterator[str]:
    """Gives its address; what it says goes to the log."""
    port = port or free_port()
    command = [sys.executable, "-m", "webapp.processes.web", f"--port={port}", *arguments]
    given = os.environ | {"DATABASE_URL": database_url_of_tests()} | environment
    with log.open("wb") as file:
        process = subprocess.Popen(command, cwd=ROOT, env=given, stdout=file, stderr=file)

    def check() -> None:
        assert process.poll() is None, log.read_text()

    try:
        wait_for_web(f"http://{HOST}:{port}/healthz", check)
        yield f"http://{HOST}:{port}"
    finally:
        process.terminate()
        assert process.wait(STOP_SECONDS) in {0, -signal.SIGTERM}, log.read_text()[-4000:]
