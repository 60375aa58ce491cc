"""Who PostgreSQL runs as. It refuses root, and its initdb refuses a user without a name."""

import os
import pwd
from pathlib import Path

from webapp.processes.errors import ServerFailed
from webapp.processes.program import run_once


def system_user(cluster: Path) -> str | None:
    """Whom the server runs as when we are root; else ourselves, which is None.

    As root: whoever owns the cluster, else the machine's own postgres user, else nobody.
    """
    if os.geteuid() != 0:
        return None
    if cluster.exists() and (owner := cluster.stat().st_uid) != 0:
        return name_of(owner) or str(owner)
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


def name_of(uid: int) -> str | None:
    """None for the user that a container was given by number alone."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return None


def needs_search(user: str | None, folders: list[Path]) -> bool:
    """Whether the user needs help to get into the folders with the rights they have.

    Raises ServerFailed when they do, and root cannot help here.
    """
    if user is None or not (closed := first_closed(user, folders)):
        return False
    tried = run_once(("true",), user=user, search=True)
    if tried.returncode != 0:
        raise ServerFailed(
            f"PostgreSQL refuses to run as root, and {user}, as whom it runs instead, may not "
            f"enter {closed}; here root cannot help ({tried.stdout.strip()}). Start Skill-MoE as "
            "another user, move it (or SKILLMOE_DATA) to a folder that others may enter, or set "
            "DATABASE_URL to a PostgreSQL server."
        )
    return True


def first_closed(user: str, folders: list[Path]) -> Path | None:
    """The first folder on the way to one of them that the user may not enter, from the top."""
    script = 'for folder in "$@"; do test -x "$folder" || { echo "$folder"; exit; }; done'
    way = [str(one) for folder in folders for one in (*reversed(folder.parents), folder)]
    done = run_once(("sh", "-c", script, "sh", *way), user=user)
    if done.returncode != 0:
        raise ServerFailed(
            f"PostgreSQL refuses to run as root, and here root may not become {user} "
            f"({done.stdout.strip()}). Start Skill-MoE as another user, or set DATABASE_URL to a "
            "PostgreSQL server."
        )
    return Path(found) if (found := done.stdout.strip()) else None


def borrowed_name() -> str | None:
    """Whose name initdb is to go by, when we have none ourselves. Raises ServerFailed."""
    uid, gid = os.geteuid(), os.getegid()
    if name_of(uid):
        return None
    lender = next((entry.pw_name for entry in reversed(pwd.getpwall()) if entry.pw_uid != 0), "")
    tried = run_once(("true",), named=lender) if lender else None
    if tried is None or tried.returncode != 0:
        why = tried.stdout.strip() if tried else "nor has anybody but root"
        raise ServerFailed(
            f"PostgreSQL wants a user who has a name, and user {uid} has none here "
            f"({why}). Add the line `skillmoe:x:{uid}:{gid}::/tmp:/bin/sh` to "
            "/etc/passwd, in a container to its image's, or set DATABASE_URL to a PostgreSQL "
            "server."
        )
    return lender
