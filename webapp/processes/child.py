"""Become a program that ends when its parent does, if need be as another user.

Every process of the product goes through here, so that `kill -9` of a parent leaves nothing
running. A script without imports from the project: it replaces itself within 20 ms.

    python child.py [--death-signal TERM] [--parent PID] [--user NAME [--search] | --named NAME]
                    [--chdir FOLDER] [--nice N] -- program argument …
"""

import argparse
import ctypes
import os
import pwd
import signal
import sys
import warnings  # noqa: F401 (execvp imports it: too late once Python's own folder is closed to us)

# From <linux/prctl.h>, <linux/securebits.h>, <linux/capability.h> and <linux/sched.h>.
PR_SET_PDEATHSIG, PR_SET_SECUREBITS, PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE = 1, 28, 47, 2
PR_SET_NO_NEW_PRIVS = 38
SECBIT_NO_SETUID_FIXUP, ITS_LOCK = 1 << 2, 1 << 3
CLONE_NEWUSER = 0x10000000
CAPABILITY_VERSION_3 = 0x20080522
CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH = 1, 2

libc = ctypes.CDLL(None, use_errno=True)


def prctl(option: int, *values: int) -> None:
    """Raises OSError when the kernel refuses."""
    arguments = [ctypes.c_ulong(value) for value in (*values, 0, 0, 0, 0)[:4]]
    if libc.prctl(option, *arguments) != 0:
        raise OSError(ctypes.get_errno(), f"the kernel refuses prctl {option} {values}")


def become(name: str, search: bool) -> None:
    """Drop root for the user; with `search` keep one right: to enter any folder.

    PostgreSQL refuses to run as root, and another user cannot enter a data folder or a virtual
    environment below, say, /root. The one right spares opening those folders to everybody. The
    secure bit is for access(2), by which PostgreSQL looks for its own programs: without it the
    kernel leaves out all rights of a user who is not root there.
    """
    uid, gid = numbers(name)
    if search:
        prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP | ITS_LOCK)
    os.setgroups([])
    os.setresgid(gid, gid, gid)
    os.setresuid(uid, uid, uid)
    if search:
        keep_search_right()


def numbers(name: str) -> tuple[int, int]:
    """Of the user and their group; a number stands for a user without a name."""
    if name.isdigit():
        return int(name), int(name)
    user = pwd.getpwnam(name)
    return user.pw_uid, user.pw_gid


def keep_search_right() -> None:
    """Keep CAP_DAC_READ_SEARCH across exec, or what containers have of the kind. Drops the rest."""
    for capability in (CAP_DAC_READ_SEARCH, CAP_DAC_OVERRIDE):
        header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
        # effective, permitted, inheritable; the second triple is for capabilities from 32 on
        data = (ctypes.c_uint32 * 6)(*[1 << capability] * 3, 0, 0, 0)
        if libc.capset(header, data) == 0:
            prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability)
            prctl(PR_SET_NO_NEW_PRIVS, 1)  # no program that it starts may ever get another one
            return
    raise PermissionError("root may not enter other users' folders in this container")


def be_called(name: str) -> None:
    """Go by the user's name for a program that wants one, without becoming that user.

    In a user namespace of our own, where our number stands for theirs; outside nothing changes.
    """
    (uid, gid), our_uid, our_gid = numbers(name), os.geteuid(), os.getegid()
    if libc.unshare(CLONE_NEWUSER) != 0:
        raise OSError(ctypes.get_errno(), "the kernel gives no user namespace")
    for file, text in (
        ("setgroups", "deny"),  # the kernel's condition for the next
        ("gid_map", f"{gid} {our_gid} 1"),
        ("uid_map", f"{uid} {our_uid} 1"),
    ):
        with open(f"/proc/self/{file}", "w") as map_file:
            map_file.write(text)


def main() -> None:
    """Take on the user, the death signal and the folder, then the program."""
    parent = os.getppid()
    parser = argparse.ArgumentParser()
    parser.add_argument("--death-signal", default="TERM")
    parser.add_argument("--parent", type=int)
    parser.add_argument("--user")
    parser.add_argument("--search", action="store_true")
    parser.add_argument("--named")
    parser.add_argument("--chdir")
    parser.add_argument("--nice", type=int, default=0)
    parser.add_argument("program", nargs="+")
    options = parser.parse_args()
    os.nice(options.nice)
    if options.chdir:
        os.chdir(options.chdir)
    try:
        if options.user:
            become(options.user, options.search)
        if options.named:
            be_called(options.named)
    except OSError as error:
        sys.exit(str(error))
    # After the change of user, which clears it.
    prctl(PR_SET_PDEATHSIG, signal.Signals[f"SIG{options.death_signal}"])
    if os.getppid() != (options.parent or parent):  # too late for the death signal
        sys.exit("the parent is gone already")
    os.execvp(options.program[0], options.program)  # noqa: S606


if __name__ == "__main__":
    main()
