"""The web server: uvicorn, with the product's bounds.

    python -m webapp.processes.web --port 8000

Several of these may serve one port; the kernel shares the connections out among them.
"""

import argparse
import os
import resource
import socket
from typing import Any

import uvicorn
from django.conf import settings

from webapp.config.slow_clients import PatientProtocol
from webapp.processes.ports import HOST

CONNECTIONS = 2000  # open at once; what comes then is refused at the door
FILES = 4096
FRAME_BYTES = 1024  # pages send nothing
STOP_SECONDS = 3
SPARE_CONNECTIONS = 4  # to Postgres, for sockets and what is being handed back
PATIENCE_SECONDS = 5  # with Postgres


def main() -> None:
    """Serve until told to stop."""
    parser = argparse.ArgumentParser(prog="python -m webapp.processes.web", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--shared", action="store_true", help="others serve the port, too")
    chosen = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webapp.config.settings")
    share_connections()
    allow_open_files()
    config = uvicorn.Config(
        "webapp.config.asgi:application",
        http=PatientProtocol,
        ws="websockets-sansio",
        ws_max_size=FRAME_BYTES,
        ws_per_message_deflate=False,  # what is told is short
        lifespan="off",
        access_log=False,
        server_header=False,
        limit_concurrency=CONNECTIONS,
        timeout_graceful_shutdown=STOP_SECONDS,
        **believed_proxies(),
    )
    with listening(chosen.port, shared=chosen.shared) as listener:
        uvicorn.Server(config).run(sockets=[listener])


def share_connections() -> None:
    """Requests take their connection to Postgres from a pool, which has one for each that is worked
    on. In this process alone: workers hold locks by their connections, and fork."""
    for database in settings.DATABASES.values():
        database["CONN_HEALTH_CHECKS"] = True
        database["OPTIONS"]["pool"] = {
            "min_size": 1,
            "max_size": settings.PAGES_AT_WORK + SPARE_CONNECTIONS,
            "timeout": PATIENCE_SECONDS,
            "reconnect_timeout": PATIENCE_SECONDS,
            "name": "web",
        }


def allow_open_files() -> None:
    """As many as the system lets us have, up to what all connections may take."""
    now, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES if most == resource.RLIM_INFINITY else min(FILES, most)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(now, wanted), most))


def believed_proxies() -> dict[str, Any]:
    """Whose word is taken for where a request comes from: nobody's, where no proxy offers the
    product to others."""
    if not settings.HOSTNAME:
        return {"proxy_headers": False}
    return {"proxy_headers": True, "forwarded_allow_ips": settings.PROXIES or HOST}


def listening(port: int, *, shared: bool) -> socket.socket:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if shared:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    listener.bind((HOST, port))
    return listener


if __name__ == "__main__":
    main()
