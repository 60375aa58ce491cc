"""Start the whole product, and stop it: the one way for `manage.py serve` and `manage.py demo`.

The order: Postgres and Redis, the database's migrations, the administrator, then the web server
and the workers. Neither torch nor vllm is imported here.
"""

import os
import re
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from webapp.config.checks import refused
from webapp.processes.console import copied_logs
from webapp.processes.disk import Disk
from webapp.processes.errors import ProductFailed, UnsafeSettings
from webapp.processes.folder import DataFolder
from webapp.processes.manager import Manager
from webapp.processes.ports import HOST, web_port
from webapp.processes.program import GENERATING, YIELDING, Program, run_once
from webapp.processes.servers import Servers, prepare
from webapp.processes.stopping import stop_requests
from webapp.processes.waiting import wait_until_it_answers

ROOT = Path(__file__).resolve().parents[2]
WRONG_SECONDS = 120  # for which the web server may answer with errors: others may start yet
WATCH_SECONDS = 1.0
LOG_LINES = 15  # shown of the log of a process that failed
MOST_WEB_PROCESSES = 4  # by itself
# Without them, what is there can still be read.
WORKERS = ("default", "findings", "beat", "gpu", "endpoints")


@dataclass(frozen=True)
class Product:
    """The product while it runs."""

    web_url: str
    database_url: str
    redis_url: str
    data: Path
    admin_password: str | None  # only at the first start on this data folder
    environment: dict[str, str]  # for commands that are to find all of this
    manager: Manager
    disk: Disk

    def check(self) -> list[str]:
        """The workers that no longer start, by name.

        Raises ProductFailed, with the end of its log, when anything else has ended for good.
        """
        failed = self.manager.given_up()
        if failed and self.disk.was_full():
            self.manager.begin_again(failed)  # nothing is given up for want of room
            return []
        if vital := [name for name in failed if name not in WORKERS]:
            raise ProductFailed(failure(DataFolder(self.data), vital[0]))
        return failed

    def watch(self) -> None:
        """Return never: wait for a StopRequest, or raise ProductFailed. Reports lost workers."""
        reported: set[str] = set()
        while True:
            self.disk.was_full()
            for name in set(self.check()) - reported:
                print(failure(DataFolder(self.data), name), file=sys.stderr, flush=True)
                reported.add(name)
            time.sleep(WATCH_SECONDS)


@contextmanager
def running_product(
    data: Path, port: int | None = None, *, show_logs: bool = False
) -> Iterator[Product]:
    """Start everything on a data folder, and stop everything at the end, however it comes.

    In the main thread only. Raises StopRequest in the body when somebody asks to stop, and a
    ProcessError, with what to do, when the product cannot start.
    """
    if problems := refused():
        raise UnsafeSettings("\n".join(problems))
    folder = DataFolder(data.resolve())
    with stop_requests() as stop_listening, ExitStack() as stack:
        lock = stack.enter_context(folder.owned())
        port = web_port(port)
        servers = prepare(folder)
        programs = product_programs(port)
        manager = Manager(folder, servers.programs, programs)
        if show_logs:
            names = [program.name for program in programs]
            stack.enter_context(copied_logs(folder.logs, names))
        stack.callback(manager.stop)
        stack.callback(stop_listening)  # called first: nothing interrupts the cleaning up
        environment = child_environment(folder.path, servers, port)
        manager.start(lock, environment)
        yield bring_up(folder, servers, manager, port, environment)


def bring_up(
    folder: DataFolder, servers: Servers, manager: Manager, port: int, environment: dict[str, str]
) -> Product:
    """From an answering manager to an answering web server."""

    def check() -> None:
        if failed := manager.given_up():
            raise ProductFailed(failure(folder, failed[0]))

    url = f"http://{HOST}:{port}"
    servers.wait_until_ready(check)
    for fault in servers.faults():
        print(fault, file=sys.stderr, flush=True)
    folder.write_addresses(servers.database_url, servers.redis_url, url)
    manage("migrate", "--no-input", "--verbosity=0", environment=environment)
    said = manage("ensure_admin", environment=environment)
    password = re.search(r"password (\S+)", said)
    manager.start_product()
    wait_for_web(f"{url}/healthz", check)
    return Product(
        web_url=url,
        database_url=servers.database_url,
        redis_url=servers.redis_url,
        data=folder.path,
        admin_password=password[1] if password else None,
        environment=environment,
        manager=manager,
        disk=Disk(folder.path),
    )


def product_programs(port: int) -> list[Program]:
    """Web servers, the four workers and the beat; docs/operations.md has the same commands."""
    names = web_names(web_processes())
    shared = ("--shared",) if len(names) > 1 else ()
    web = ("webapp.processes.web", f"--port={port}", *shared)
    celery = ("celery", "-A", "webapp.config")
    worker = (*celery, "worker", "--loglevel=INFO", "--without-gossip", "--without-mingle")
    default, findings = (
        (*worker, "-Q", name, "-P", "prefork", "-c", "1", "-n", f"{name}@%h")
        for name in ("default", "findings")
    )
    beat = (*celery, "beat", "--loglevel=INFO", "--pidfile=", "-S", "webapp.config.beat:Beat")
    gpu = (*worker, "-Q", "gpu", "-P", "solo", "-c", "1", "-n", "gpu@%h",
           "--prefetch-multiplier=1")  # fmt: skip
    endpoints = (*worker, "-Q", "endpoints", "-P", "solo", "-c", "1", "-n", "endpoints@%h",
                 "--prefetch-multiplier=1")  # fmt: skip
    python = (sys.executable, "-m")
    return [
        *[Program(name, (*python, *web), chdir=ROOT) for name in names],
        Program("default", (*python, *default), chdir=ROOT, nice=YIELDING),
        Program("findings", (*python, *findings), chdir=ROOT, nice=YIELDING),
        Program("beat", (*python, *beat), chdir=ROOT, nice=YIELDING),
        Program("gpu", (*python, *gpu), chdir=ROOT, stop_seconds=8, nice=GENERATING),
        Program("endpoints", (*python, *endpoints), chdir=ROOT, stop_seconds=8, nice=YIELDING),
    ]


def web_processes() -> int:
    """SKILLMOE_WEB_PROCESSES, else one for each two cores, up to four. Raises UnsafeSettings."""
    text = os.environ.get("SKILLMOE_WEB_PROCESSES") or ""
    if not text:
        return max(1, min(MOST_WEB_PROCESSES, len(os.sched_getaffinity(0)) // 2))
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 16:
        raise UnsafeSettings(f"SKILLMOE_WEB_PROCESSES is {text!r}: give a number from 1 to 16.")
    return int(text)


def web_names(count: int) -> list[str]:
    return ["web", *(f"web-{number}" for number in range(2, count + 1))]


def child_environment(data: Path, servers: Servers, port: int) -> dict[str, str]:
    """Ours, and where everything is. No process checks Django's models and addresses once more: it
    takes each of them two seconds, and `make check` and the tests have done so."""
    return {
        **os.environ,
        "DATABASE_URL": servers.database_url,
        "REDIS_URL": servers.redis_url,
        "SKILLMOE_DATA": str(data),
        "SKILLMOE_PORT": str(port),
        "DJANGO_SETTINGS_MODULE": os.environ.get(
            "DJANGO_SETTINGS_MODULE", "webapp.config.settings"
        ),
        "PYTHONUNBUFFERED": "1",
        "CELERY_SKIP_CHECKS": "1",
    }


def manage(*arguments: str, environment: dict[str, str]) -> str:
    """Run a manage.py command; returns what it printed. Raises ProductFailed."""
    command = (sys.executable, str(ROOT / "manage.py"), *arguments, "--skip-checks")
    done = run_once(command, chdir=ROOT, environment=environment)
    if done.returncode != 0:
        raise ProductFailed(f"manage.py {arguments[0]} failed:\n{done.stdout}")
    return done.stdout


def wait_for_web(url: str, check: Callable[[], None]) -> None:
    """Until it answers 200; `check` raises when waiting longer is of no use.

    Raises ProductFailed, with its last answer, when it goes on answering with errors.
    """
    wrong_since: list[float] = []

    def ask() -> None:
        try:
            with urllib.request.urlopen(url, timeout=10):  # noqa: S310 (our own)
                return
        except urllib.error.HTTPError as error:
            wrong_since.append(time.monotonic())
            if wrong_since[-1] - wrong_since[0] > WRONG_SECONDS:
                raise ProductFailed(f"{url} does not answer as it should: {error}") from None
            raise

    wait_until_it_answers("the web server", ask, (OSError,), check)


def failure(folder: DataFolder, name: str) -> str:
    """What to say of a process that does not start, with the end of its log."""
    path = folder.logs / f"{name}.log"
    lines = path.read_text(errors="replace").splitlines() if path.exists() else []
    tail = "\n".join(f"  {line}" for line in lines[-LOG_LINES:])
    return f"The process {name} does not start. The end of {path}:\n{tail}"
