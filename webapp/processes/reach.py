"""`eval "$(.venv/bin/python -m webapp.processes.reach)"` has PostgreSQL's own programs (psql,
pg_dump) reach the database of the product that runs. The password shows in no list of processes."""

import os
import shlex
import sys
from contextlib import suppress

from psycopg.conninfo import conninfo_to_dict

from webapp.config.environment import data_folder, server_url
from webapp.processes.errors import ServerMissing
from webapp.processes.postgres import find_programs

NAMES = {
    "host": "PGHOST",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "dbname": "PGDATABASE",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
}


def variables(url: str) -> dict[str, str]:
    """As these programs read them; the embedded server's go before others of the machine."""
    given = conninfo_to_dict(url)
    found = {name: str(given[key]) for key, name in NAMES.items() if given.get(key) is not None}
    with suppress(ServerMissing):  # then those that the machine has
        found["PATH"] = f"{find_programs()}:{os.environ.get('PATH', os.defpath)}"
    return found


if __name__ == "__main__":
    if not (address := server_url("DATABASE_URL", "database_url")):
        sys.exit(f"No database runs on {data_folder()}: start the product first.")
    for name, value in variables(address).items():
        print(f"export {name}={shlex.quote(value)}")
