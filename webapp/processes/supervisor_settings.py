"""supervisord's settings file, made anew at each start.

supervisord runs in the data folder, so the paths of the logs in here are relative to it.
"""

import configparser
import io
import os
import re
import shlex
from collections.abc import Sequence

from webapp.processes.ports import HOST
from webapp.processes.program import Program

PRODUCT = "product"  # the group of the programs that need the servers
LOG_BYTES = "10MB"
LOG_BACKUPS = "5"


def settings(
    servers: Sequence[Program], product: Sequence[Program], port: int, password: str
) -> str:
    """The text of the file: the servers start at once, the product's group when told."""
    access = {"username": "skillmoe", "password": password}
    sections = {
        "supervisord": {
            "nodaemon": "true",
            "silent": "true",
            "logfile": "logs/manager.log",
            "logfile_maxbytes": LOG_BYTES,
            "pidfile": "run/manager.pid",
            # Not to be warned about it: child.py and Postgres drop root where it matters.
            **({"user": "root"} if os.geteuid() == 0 else {}),
        },
        "inet_http_server": {"port": f"{HOST}:{port}", **access},
        "rpcinterface:supervisor": {
            "supervisor.rpcinterface_factory": "supervisor.rpcinterface:make_main_rpcinterface"
        },
        "supervisorctl": {"serverurl": f"http://{HOST}:{port}", **access},
    }
    # Stopped from the highest priority down, one after the other; a group as one.
    for rank, program in enumerate(servers):
        sections[f"program:{program.name}"] = {**section(program), "priority": str(rank)}
    for program in product:
        sections[f"program:{program.name}"] = {**section(program), "autostart": "false"}
    if product:
        names = ",".join(program.name for program in product)
        sections[f"group:{PRODUCT}"] = {"programs": names, "priority": "100"}
    return written(sections)


def section(program: Program) -> dict[str, str]:
    """One program: started again whenever it ends, given up only if it cannot start at all."""
    return {
        "command": command_line(program.argv()),
        "autorestart": "true",
        "startsecs": "2",
        "startretries": "10",
        "stopsignal": program.stop_signal.name.removeprefix("SIG"),
        "stopwaitsecs": str(program.stop_seconds),
        # The stop signal goes to the program alone, which ends its children in its own order;
        # if it does not end in time, it is killed with all of them.
        "killasgroup": "true",
        "redirect_stderr": "true",
        "stdout_logfile": f"logs/{program.name}.log",
        "stdout_logfile_maxbytes": LOG_BYTES,
        "stdout_logfile_backups": LOG_BACKUPS,
    }


def command_line(argv: Sequence[str]) -> str:
    """Quoted for supervisord, which takes # and ; after a blank for a comment, quoted or not.

    Whatever holds a blank stands in single quotes, so an empty pair of them keeps the two apart.
    """
    return re.sub(r"(?<=\s)([#;])", r"''\1", shlex.join(argv))


def written(sections: dict[str, dict[str, str]]) -> str:
    """As an ini file; a % would start one of supervisord's expansions."""
    file = configparser.RawConfigParser()
    for name, values in sections.items():
        file[name] = {key: value.replace("%", "%%") for key, value in values.items()}
    text = io.StringIO()
    file.write(text)
    return text.getvalue()
