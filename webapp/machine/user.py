"""What programs expect of their user, and a container's may lack: a name, and a home."""

from __future__ import annotations

import os
import pwd
from contextlib import suppress
from pathlib import Path


def made_up(home: Path) -> dict[str, str]:
    """Variables for the environment that replace what is missing; empty for most users.

    A home that cannot be written to is replaced by the folder, which is made: uv, npm, vLLM,
    Triton and the hub's client all keep caches there. Libraries that ask for the user's name take
    it from LOGNAME before they look it up.
    """
    found = {}
    if not has_name():
        found["USER"] = found["LOGNAME"] = os.environ.get("LOGNAME") or "skillmoe"
    present = Path(os.environ.get("HOME") or os.path.expanduser("~"))
    if not (present.is_dir() and os.access(present, os.W_OK | os.X_OK)):
        with suppress(OSError):  # whoever needs a home, or that folder, then says so better
            home.mkdir(mode=0o700, parents=True, exist_ok=True)
            found["HOME"] = str(home)
    return found


def has_name() -> bool:
    """Whether the system knows the user by more than a number."""
    try:
        pwd.getpwuid(os.geteuid())
    except KeyError:
        return False
    return True


def name() -> str:
    """As the system calls the user, or else their number."""
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return str(os.geteuid())
