"""Start a PostgreSQL server as the product does and ask it: a process of its own, so that the
tests can run it with other rights than theirs.

    python -m tests.processes.own_server DATA_FOLDER PROGRAMS
"""

import subprocess
import sys
from pathlib import Path

import psycopg

from webapp.processes import postgres
from webapp.processes.errors import ServerFailed
from webapp.processes.folder import DataFolder


def main() -> None:
    """Print what a query finds, or why there is no server."""
    data, programs = map(Path, sys.argv[1:])
    postgres.find_programs = lambda: programs
    folder = DataFolder(data)
    folder.make()
    try:
        server = postgres.prepare(folder)
    except ServerFailed as error:
        sys.exit(str(error))
    process = subprocess.Popen(server.program().argv(), stderr=subprocess.DEVNULL)
    try:
        ask(server, process)
    finally:
        process.send_signal(server.program().stop_signal)
        process.wait(20)


def ask(server: postgres.Postgres, process: "subprocess.Popen[bytes]") -> None:
    """Wait for the server; the full text search reads its share folder."""
    while True:
        try:
            server.ensure_database()
            break
        except psycopg.OperationalError:
            if process.poll() is not None:
                sys.exit("the server has ended")
    with psycopg.connect(server.url) as connection:
        print(*connection.execute("SELECT to_tsvector('english', 'stars')").fetchall()[0])


if __name__ == "__main__":
    main()
