"""End with the parent process, however it ends: importing this module arranges it.

The forkserver imports it before vllm, which takes seconds in which the worker may be killed; an
engine's process calls `end_with_parent` again, because a fork forgets.
"""

import ctypes
import signal

PR_SET_PDEATHSIG = 1  # from <linux/prctl.h>


def end_with_parent() -> None:
    """Ask the kernel to kill this process when its parent is gone."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


end_with_parent()
