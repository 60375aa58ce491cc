"""Real Celery workers for tests: the product's own commands, on the tests' database and Redis."""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import psutil
from django.db import connection

from webapp.processes.product import product_programs
from webapp.runs.models import Run


class RealWorkers:
    """Starts and stops the `default` and the `gpu` worker; their logs are kept for failures."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "run").mkdir()
        self._programs = {program.name: program for program in product_programs(folder, 0)}
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str) -> None:
        program = self._programs[name]
        with self.log(name).open("ab") as log:
            self._running[name] = subprocess.Popen(
                program.command,
                cwd=program.chdir,
                env={
                    **os.environ,
                    "DATABASE_URL": database_url_of_tests(),
                    "PYTHONUNBUFFERED": "1",
                },
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def pid(self, name: str) -> int:
        return self._running[name].pid

    def kill(self, name: str) -> list[psutil.Process]:
        """kill -9, as the kernel does when memory is short; returns what it leaves behind."""
        process = psutil.Process(self.pid(name))
        descendants = process.children(recursive=True)
        process.kill()
        self._running.pop(name).wait()
        return descendants

    def stop(self) -> None:
        for process in self._running.values():
            process.send_signal(signal.SIGTERM)
        for process in self._running.values():
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def log(self, name: str) -> Path:
        return self.folder / f"{name}.log"

    def wait(self, what: Callable[[], bool], seconds: float, name: str) -> None:
        """Wait until `what` holds; on failure the workers' last lines tell why."""
        until = time.monotonic() + seconds
        while not what():
            if time.monotonic() > until:
                raise AssertionError(f"{name}: not within {seconds} s\n{self._last_words()}")
            time.sleep(0.1)

    def finish(self, *runs: Run, seconds: float = 120) -> None:
        """Wait until the runs have ended, and read them again."""
        pks = [run.pk for run in runs]
        running = Run.objects.filter(pk__in=pks, status=Run.Status.RUNNING)
        self.wait(lambda: not running.exists(), seconds, f"runs {pks}")
        for run in runs:
            run.refresh_from_db()

    def _last_words(self) -> str:
        logs = [path for path in (self.log("default"), self.log("gpu")) if path.exists()]
        return "\n".join(f"{p.name}:\n{p.read_text(errors='replace')[-3000:]}" for p in logs)


def database_url_of_tests() -> str:
    """The tests' database as the workers are told of it."""
    parts = connection.settings_dict
    return (
        f"postgres://{parts['USER']}:{parts['PASSWORD']}@{parts['HOST']}:{parts['PORT']}"
        f"/{parts['NAME']}"
    )
