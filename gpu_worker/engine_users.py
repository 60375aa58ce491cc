"""As whom engines run on this machine: a user of their own where the product is root and that user
can do the work, else as the product does. It is tried, never supposed.
"""

import logging
import os
import pwd
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings

from gpu_worker.engine_user import EngineUser
from moe_core.engine import Checkpoint
from webapp.processes.program import run_once

SETTING = "SKILLMOE_ENGINE_USER"
STAY = "root"  # for the setting: do not change
NUMBERS = range(61000, 61100)  # which neither Debian nor systemd give away

# Reads what an engine reads, and writes where it writes.
PROBE = """
import os, sys
from importlib.util import find_spec
from pathlib import Path
import numpy, gpu_worker.messages
for package in ("torch", "vllm", "transformers"):
    origin = find_spec(package).origin
    open(origin, "rb").read(1)
    os.listdir(os.path.dirname(origin))
for device in Path("/dev").glob("nvidia*"):
    if device.is_char_device():
        os.close(os.open(device, os.O_RDWR))
Path(sys.argv[1], "tmp", "probe").write_text("")
Path("/dev/shm", f"probe-{os.getpid()}").touch()
Path("/dev/shm", f"probe-{os.getpid()}").unlink()
"""
READS_ALL = """
import os, sys
for name in os.listdir(sys.argv[1]):
    path = os.path.join(sys.argv[1], name)
    sys.exit(f"{path} cannot be read") if not os.access(path, os.R_OK) else None
"""
WRITES = "import os, sys; sys.exit(not os.access(sys.argv[1], os.R_OK | os.W_OK | os.X_OK))"

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class RunAs:
    """`user`: None where engines are who the product is, and `why` that is."""

    user: EngineUser | None
    why: str = ""


@cache
def whose_engines() -> RunAs:
    """Tried once in the life of a process."""
    if os.geteuid() != 0:
        return RunAs(None, "the product does not run as root")
    if os.environ.get(SETTING) == STAY:
        return RunAs(None, f"{SETTING} says so")
    user = EngineUser(_free_number(), settings.DATA_DIR / "engine")
    try:
        _make_home(user)
    except OSError as error:
        return RunAs(None, f"they can have no folder of their own: {error}")
    found = _tried(user, PROBE, str(user.home))
    if found is None:
        return RunAs(user)
    return RunAs(None, f"a user of their own cannot do the work: {found}")


def engine_user(checkpoint: Checkpoint) -> EngineUser | None:
    """Whom the engine of a checkpoint becomes: whoever can read its files, or fetch them."""
    user = whose_engines().user
    if user is None:
        return None
    folder = Path(os.path.expanduser(checkpoint.source))
    if folder.is_dir():
        found = _tried(user, READS_ALL, str(folder))
    else:
        found = _tried(user, WRITES, str(_hub_cache()))
    if found is None:
        return user
    logger.info("the engine of %s stays root: user %s may not read it", folder.name, user.uid)
    return None


def _free_number() -> int:
    taken = {entry.pw_uid for entry in pwd.getpwall()}
    return next(number for number in NUMBERS if number not in taken)


def _make_home(user: EngineUser) -> None:
    """Its own, and closed to all others."""
    for folder in (user.home, user.home / "tmp", user.home / "cache"):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.chown(folder, user.uid, user.uid)


def _tried(user: EngineUser, code: str, argument: str) -> str | None:
    """None where the code runs as the user, else the last that it said."""
    done = run_once(
        (sys.executable, "-c", code, argument),
        user=str(user.uid),
        chdir=settings.BASE_DIR,
        environment={"PATH": os.environ.get("PATH", os.defpath)},
    )
    if done.returncode == 0:
        return None
    return (done.stdout.strip().splitlines() or ["it may not"])[-1]


def _hub_cache() -> Path:
    from huggingface_hub import constants

    return Path(constants.HF_HUB_CACHE)
