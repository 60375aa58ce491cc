"""The product's own processes for tests, on the tests' database and Redis."""

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
    """Starts and stops the product's processes; their logs are kept for failures.

    A second worker of a kind has a name that begins with it: "gpu" and "gpu-b".
    """

    def __init__(self, folder: Path, **environment: str) -> None:
        self.folder = folder
        self.environment = environment
        (folder / "run").mkdir()
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str, *, port: int = 0, **environment: str) -> None:
        if self.is_running(name):  # the beat comes with `default`
            return
        kind = name.partition("-")[0]
        program = next(p for p in product_programs(port) if p.name == kind)
        with self.log(name).open("ab") as log:
            self._running[name] = subprocess.Popen(
                [part.replace(f"{kind}@", f"{name}@") for part in program.command],
                cwd=program.chdir,
                env={
                    **os.environ,
                    "DATABASE_URL": database_url_of_tests(),
                    "PYTHONUNBUFFERED": "1",
                    "CELERY_SKIP_CHECKS": "1",  # as the product starts them
                    **self.environment,
                    **environment,
                },
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        if kind == "default" and not self.is_running("beat"):
            self.start("beat")  # which wakes whoever missed a message

    def pid(self, name: str) -> int:
        return self._running[name].pid

    def descendants(self, name: str = "gpu") -> list[psutil.Process]:
        return psutil.Process(self.pid(name)).children(recursive=True)

    def engine(self, name: str = "gpu") -> psutil.Process | None:
        """The process of the loaded or loading expert: what the forkserver has forked."""
        try:
            for process in psutil.Process(self.pid(name)).children():
                if "forkserver" in " ".join(process.cmdline()):
                    return next(iter(process.children()), None)
        except psutil.NoSuchProcess:
            pass
        return None

    def kill(self, name: str) -> list[psutil.Process]:
        """kill -9, as the kernel does when memory is short; returns what it leaves behind."""
        descendants = self.descendants(name)
        psutil.Process(self.pid(name)).kill()
        self._running.pop(name).wait()
        return descendants

    def is_running(self, name: str) -> bool:
        return name in self._running and self._running[name].poll() is None

    def terminate(self, name: str) -> float:
        """SIGTERM, as the manager stops a worker; returns how many seconds it then took."""
        process = self._running.pop(name)
        asked = time.monotonic()
        process.terminate()
        process.wait(30)
        return time.monotonic() - asked

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
            time.sleep(0.02)

    def finish(self, *runs: Run, seconds: float = 120) -> None:
        """Wait until the runs have ended, and read them again."""
        pks = [run.pk for run in runs]
        running = Run.objects.filter(pk__in=pks, status=Run.Status.RUNNING)
        self.wait(lambda: not running.exists(), seconds, f"runs {pks}")
        for run in runs:
            run.refresh_from_db()

    def _last_words(self) -> str:
        logs = sorted(self.folder.glob("*.log"))
        return "\n".join(f"{p.name}:\n{p.read_text(errors='replace')[-3000:]}" for p in logs)


def database_url_of_tests() -> str:
    """The tests' database as the workers are told of it."""
    parts = connection.settings_dict
    return (
        f"postgres://{parts['USER']}:{parts['PASSWORD']}@{parts['HOST']}:{parts['PORT']}"
        f"/{parts['NAME']}"
    )
