"""The process manager: supervisord, told over its own interface on 127.0.0.1.

Why this one: docs/decisions/0001-process-manager.md.
"""

import os
import secrets
import signal
import subprocess
import sys
import time
import xmlrpc.client
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import psutil

from webapp.processes.errors import ProductFailed
from webapp.processes.folder import DataFolder, alive, write_private
from webapp.processes.ports import HOST, free_port
from webapp.processes.program import Program, wrapped
from webapp.processes.supervisor_settings import PRODUCT, settings
from webapp.processes.waiting import wait_until_it_answers

LEFT_SECONDS = 10  # that programs have when their manager has died before them
SUPERVISING = Path(__file__).with_name("supervising.py")
STOP_SECONDS = 30  # all programs together take less, see Program.stop_seconds


@dataclass(frozen=True)
class State:
    """What supervisord says of one process: RUNNING, BACKOFF, FATAL, …"""

    name: str
    state: str
    pid: int  # 0 when it does not run


class Manager:
    """Runs two sets of programs: the servers from its own start, the product when told.

    The set that starts first is stopped last.
    """

    def __init__(
        self, folder: DataFolder, servers: Sequence[Program], product: Sequence[Program]
    ) -> None:
        self._folder = folder
        self._output = folder.logs / "manager-output.log"
        self._settings = folder.run / "supervisord.conf"
        self._process: subprocess.Popen[bytes] | None = None
        password, port = secrets.token_hex(16), free_port()
        self._url = f"http://skillmoe:{password}@{HOST}:{port}/RPC2"
        write_private(self._settings, settings(servers, product, port, password))

    def start(self, lock: int, environment: Mapping[str, str]) -> None:
        """Start supervisord and with it the servers; the lock's descriptor is passed on.

        supervisord gets its own session: signals from the terminal reach the launcher alone.
        Raises ProductFailed when it does not come up.
        """
        command = (sys.executable, "-P", str(SUPERVISING), "-c", str(self._settings))
        with self._output.open("wb") as output:
            self._process = subprocess.Popen(
                wrapped(command, parent=os.getpid()),
                cwd=self._folder.path,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                pass_fds=[lock],
            )
        self._wait_until_it_answers()

    def start_product(self) -> None:
        """Start the second set; says nothing about whether it is ready."""
        self._supervisor.startProcessGroup(PRODUCT, False)

    def states(self) -> list[State]:
        """Of every process. Raises ProductFailed when the manager is gone."""
        self._check_process()
        try:
            found = cast(list[dict[str, Any]], self._supervisor.getAllProcessInfo())
        except (OSError, xmlrpc.client.Fault) as error:  # a Fault: somebody else stops it
            self._check_process()
            raise ProductFailed(f"The process manager does not answer: {error}") from None
        return [State(str(one["name"]), str(one["statename"]), int(one["pid"])) for one in found]

    def given_up(self) -> list[str]:
        """The processes that failed so often that supervisord no longer starts them."""
        return [one.name for one in self.states() if one.state == "FATAL"]

    def begin_again(self, names: Sequence[str]) -> None:
        """Start processes that were given up, as if they had never failed."""
        groups = {one["name"]: one["group"] for one in self._supervisor.getAllProcessInfo()}
        for name in names:
            self._supervisor.startProcess(f"{groups[name]}:{name}", False)

    def stop(self) -> None:
        """Stop everything, in the reverse order of starting; returns when nothing is left."""
        if self._process is None:
            return
        was_there = self._process.poll() is None
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()  # which sends its children their death signals
            self._process.wait()
        end_session(self._process.pid, 0 if was_there else LEFT_SECONDS)

    @property
    def _supervisor(self) -> Any:
        return xmlrpc.client.ServerProxy(self._url).supervisor

    def _check_process(self) -> None:
        if self._process is None or self._process.poll() is not None:
            output = self._output.read_text(errors="replace")
            raise ProductFailed(f"The process manager has ended. {output}".strip())

    def _wait_until_it_answers(self) -> None:
        ask = self._supervisor.getState
        wait_until_it_answers("the process manager", ask, (OSError,), self._check_process)


def end_session(leader: int, patience: float) -> None:
    """Kill what is left of all that a leader of a session has started, whoever started it there.

    Nothing should be, for what loses its parent is killed by the kernel; but a fork server that is
    busy importing vllm has not asked for that yet.
    """
    give_up = time.monotonic() + patience
    while left := [pid for pid in psutil.pids() if alive(pid) and is_in_session(pid, leader)]:
        if time.monotonic() >= give_up:
            for pid in left:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        time.sleep(0.05)


def is_in_session(pid: int, leader: int) -> bool:
    try:
        return os.getsid(pid) == leader
    except ProcessLookupError:
        return False
