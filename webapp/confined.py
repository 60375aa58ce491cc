"""What keeps a child process small: its limits, its environment, and that it ends with its parent.

Knows no Django, for such children know none.
"""

import ctypes
import os
import resource
import signal
import sys

PR_SET_PDEATHSIG = 1  # from <linux/prctl.h>
INHERITED = ("PATH", "LD_LIBRARY_PATH", "PYTHONDONTWRITEBYTECODE")  # no credentials
# NumPy's libraries start threads, which take memory.
SMALL = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "PYTHONUTF8": "1"}


def environment(**more: str) -> dict[str, str]:
    """For a child that reads what somebody sent."""
    return SMALL | more | {name: os.environ[name] for name in INHERITED if name in os.environ}


def end_with_parent() -> None:
    """Ask the kernel to kill this process when the thread that started it is gone.

    A fork forgets, and so does a change of user.
    """
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def end_with(parent: int) -> None:
    """The same, where the parent may be gone already."""
    end_with_parent()
    if os.getppid() != parent:
        sys.exit(1)


def limit(what: int, soft: int, hard: int | None = None) -> None:
    """Lower a limit of this process, for good; one that is lower already stays."""
    _, most = resource.getrlimit(what)
    wanted = (soft, soft if hard is None else hard)
    if most != resource.RLIM_INFINITY:
        wanted = (min(wanted[0], most), min(wanted[1], most))
    resource.setrlimit(what, wanted)
