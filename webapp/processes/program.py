"""One long-running process of the product, and how to write it down for the manager."""

import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

CHILD = Path(__file__).with_name("child.py")
# Niceness: of engines, so that pages open beside them, and of what works around engines.
GENERATING, YIELDING = 5, 15


@dataclass(frozen=True)
class Program:
    """A command that the manager keeps running. Its log is <data>/logs/<name>.log."""

    name: str
    command: tuple[str, ...]
    stop_signal: signal.Signals = signal.SIGTERM
    stop_seconds: int = 5  # then it is killed
    user: str | None = None
    search: bool = False  # may enter folders that `user` may not
    chdir: Path | None = None
    nice: int = 0  # of what people wait for

    def argv(self) -> list[str]:
        """The command, wrapped so that it ends with its parent."""
        return wrapped(
            self.command, death_signal=self.stop_signal, user=self.user, search=self.search,
            chdir=self.chdir, nice=self.nice,
        )  # fmt: skip


def wrapped(
    command: tuple[str, ...],
    *,
    death_signal: signal.Signals = signal.SIGTERM,
    parent: int | None = None,
    user: str | None = None,
    search: bool = False,
    named: str | None = None,
    chdir: Path | None = None,
    nice: int = 0,
) -> list[str]:
    """The command as child.py runs it."""
    argv = [sys.executable, "-I", "-S", str(CHILD)]
    argv += ["--death-signal", death_signal.name.removeprefix("SIG")]
    argv += ["--parent", str(parent)] if parent else []
    argv += ["--user", user] if user else []
    argv += ["--search"] if search else []
    argv += ["--named", named] if named else []
    argv += ["--chdir", str(chdir)] if chdir else []
    argv += ["--nice", str(nice)] if nice else []
    return [*argv, "--", *command]


def run_once(
    command: tuple[str, ...],
    *,
    user: str | None = None,
    search: bool = False,
    named: str | None = None,
    chdir: Path | None = None,
    environment: dict[str, str] | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run a short command to its end; the output and the errors are both in `stdout`."""
    argv = wrapped(
        command, death_signal=signal.SIGKILL, parent=os.getpid(), user=user, search=search,
        named=named, chdir=chdir,
    )  # fmt: skip
    return subprocess.run(
        argv,
        env=environment,
        text=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
