"""TCP ports on 127.0.0.1."""

import os
import socket

from webapp.processes.errors import PortTaken

HOST = "127.0.0.1"
DEFAULT_WEB_PORT = 8000


def free_port() -> int:
    """A port that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
    return port


def is_free(port: int) -> bool:
    """Whether a server could listen there."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def web_port(asked: int | None) -> int:
    """The port asked for, by argument or SKILLMOE_PORT; else 8000 or the next free one.

    Raises PortTaken when the port asked for is in use or is no port.
    """
    if asked is None and (text := os.environ.get("SKILLMOE_PORT")):
        if not text.isascii() or not text.isdigit():
            raise PortTaken(f"SKILLMOE_PORT is {text!r}: give a number from 1 to 65535.")
        asked = int(text)
    if asked is None:
        return next(port for port in range(DEFAULT_WEB_PORT, 65536) if is_free(port))
    if not 1 <= asked <= 65535:
        raise PortTaken(f"{asked} is no port: give a number from 1 to 65535.")
    if not is_free(asked):
        raise PortTaken(f"Port {asked} is taken or not allowed: set SKILLMOE_PORT to another one.")
    return asked
