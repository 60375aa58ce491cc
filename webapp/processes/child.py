"""Become a program that ends when its parent does, if need be as another user.

Every process of the product goes through here, so that `kill -9` of a parent leaves nothing
running. A script without imports from the project: it replaces itself within 20 ms.

    python child.py [--death-signal TERM] [--parent PID] [--user NAME [--search]]
                    [--chdir FOLDER] [--nice N] -- program argument …
"""

import argparse
import ctypes
import os
import pwd
import signal
import sys

# From <linux/prctl.h> and <linux/capability.h>.
PR_SET_PDEATHSIG, PR_SET_KEEPCAPS, PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE = 1, 8, 47, 2
CAPABILITY_VERSION_3 = 0x20080522
CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH = 1, 2

libc = ctypes.CDLL(None, use_errno=True)


def prctl(option: int, *values: int) -> None:
    """Raises OSError when the kernel refuses."""
    arguments = [ctypes.c_ulong(value) for value in (*values, 0, 0, 0, 0)[:4]]
    if libc.prctl(option, *arguments) != 0:
        raise OSError(ctypes.get_errno(), f"prctl {option} {values}")


def become(name: str, search: bool) -> None:
    """Drop root for the user; with `search` keep one right: to enter any folder.

    PostgreSQL refuses to run as root, and another user cannot enter a data folder or a virtual
    environment below, say, /root. The one right spares opening those folders to everybody.
    """
    user = pwd.getpwnam(name)
    prctl(PR_SET_KEEPCAPS, int(search))
    os.setgroups([])
    os.setresgid(user.pw_gid, user.pw_gid, user.pw_gid)
    os.setresuid(user.pw_uid, user.pw_uid, user.pw_uid)
    if search:
        keep_search_right()


def keep_search_right() -> None:
    """Keep CAP_DAC_READ_SEARCH across exec, or what containers have of the kind. Drops the rest."""
    for capability in (CAP_DAC_READ_SEARCH, CAP_DAC_OVERRIDE):
        header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
        # effective, permitted, inheritable; the second triple is for capabilities from 32 on
        data = (ctypes.c_uint32 * 6)(*[1 << capability] * 3, 0, 0, 0)
        if libc.capset(header, data) == 0:
            prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability)
            return
    raise PermissionError("root may not enter other users' folders in this container")


def main() -> None:
    """Take on the user, the death signal and the folder, then the program."""
    parent = os.getppid()
    parser = argparse.ArgumentParser()
    parser.add_argument("--death-signal", default="TERM")
    parser.add_argument("--parent", type=int)
    parser.add_argument("--user")
    parser.add_argument("--search", action="store_true")
    parser.add_argument("--chdir")
    parser.add_argument("--nice", type=int, default=0)
    parser.add_argument("program", nargs="+")
    options = parser.parse_args()
    os.nice(options.nice)
    if options.chdir:
        os.chdir(options.chdir)
    if options.user:
        become(options.user, options.search)
    # After the change of user, which clears it.
    prctl(PR_SET_PDEATHSIG, signal.Signals[f"SIG{options.death_signal}"])
    if os.getppid() != (options.parent or parent):  # too late for the death signal
        sys.exit("the parent is gone already")
    os.execvp(options.program[0], options.program)  # noqa: S606


if __name__ == "__main__":
    main()
