"""One loaded expert as the worker sees it: a child process and the pipe to it."""

import time
import weakref
from collections.abc import Callable
from multiprocessing.context import ForkServerContext
from multiprocessing.util import Finalize
from typing import Any

from gpu_worker.engine_users import engine_user
from gpu_worker.messages import Asleep, Awake, Loaded, Sleep, Wake
from moe_core.engine import Checkpoint, EngineDied, EngineError, LoadFailed, LoadStopped
from webapp.machine.build import is_cuda

LOAD_SECONDS = 6 * 3600  # the largest models come from slow disks, or over slow networks
SLEEP_SECONDS = 120
LOOK_SECONDS = 0.5  # between looks, while waiting, at whether the worker is to stop
EXIT_SECONDS = 5
HUNG_SECONDS = 300  # without a word, though it has work: it says something every BEAT_SECONDS


class EngineProcess:
    """A child forked from the forkserver. What it cannot do, it says in an EngineError.

    It is no daemon, because daemons may not have children and tensor parallelism needs some.
    """

    def __init__(
        self,
        context: ForkServerContext,
        checkpoint: Checkpoint,
        options: dict[str, Any],
        stopping: Callable[[], bool],
        may_sleep: bool = False,
    ) -> None:
        """Loads the checkpoint. Raises EngineError, or LoadStopped when `stopping` says so."""
        self.checkpoint, self.may_sleep = checkpoint, may_sleep
        self._heard = time.monotonic()  # from it, or it from us
        self._stopping = stopping
        user = engine_user(checkpoint)
        self._pipe, theirs = context.Pipe()
        self._child = context.Process(target=_main, args=(theirs, checkpoint, options, user))
        self._child.start()
        theirs.close()  # or a child that dies early would leave us waiting for ever
        _living.add(self)
        self.loaded: Loaded = self._await(Loaded, LOAD_SECONDS)

    @property
    def pid(self) -> int:
        assert self._child.pid is not None
        return self._child.pid

    def sleep(self, level: int) -> None:
        """Have it give the GPU's memory back; what was in flight is forgotten."""
        self.send(Sleep(level))
        self._await(Asleep, SLEEP_SECONDS)

    def wake(self) -> bool:
        """Have it come back; whether it writes what it wrote before it slept."""
        self.send(Wake())
        return bool(self._await(Awake, LOAD_SECONDS).writes_the_same)

    def has_message(self, seconds: float = 0) -> bool:
        """Whether something can be received within `seconds`, be it that the child has died."""
        return self._pipe.poll(seconds)

    def receive(self) -> Any:
        try:
            message = self._pipe.recv()
            self._heard = time.monotonic()
        except (EOFError, OSError) as error:
            raise EngineDied(self._last_words()) from error
        if isinstance(message, EngineError):
            raise message
        return message

    def send(self, message: Any) -> None:
        try:
            self._pipe.send(message)
            self._heard = time.monotonic()
        except OSError as error:
            raise EngineDied(self._last_words()) from error

    def check_pulse(self) -> None:
        """Raises EngineDied, and ends it, when it has been silent at its work for too long."""
        if time.monotonic() - self._heard > HUNG_SECONDS:
            self.kill()
            raise EngineDied(f"it did nothing for {HUNG_SECONDS} s and was ended")

    def kill(self) -> None:
        """End it, whatever it does; the operating system frees what it held.

        The next expert finds the GPU empty. On a CPU it need not wait for that: freeing the host's
        memory takes a tenth of a load.
        """
        self._pipe.close()
        self._child.kill()
        if is_cuda():
            self._child.join(EXIT_SECONDS)
        _living.discard(self)

    def _await(self, kind: type, seconds: float) -> Any:
        """The next message of a kind; others are of no use any more. Kills before it raises."""
        give_up = time.monotonic() + seconds
        try:
            while True:
                if self.has_message(LOOK_SECONDS):
                    if isinstance(message := self.receive(), kind):
                        return message
                elif self._stopping():
                    raise LoadStopped("the worker is stopping")
                elif time.monotonic() > give_up:
                    raise LoadFailed(f"it was not {kind.__name__.lower()} within {seconds} s")
        except EngineError:
            self.kill()
            raise

    def _last_words(self) -> str:
        self._child.join(EXIT_SECONDS)
        return f"its process ended (exit code {self._child.exitcode})"


_living: "weakref.WeakSet[EngineProcess]" = weakref.WeakSet()


def _kill_all() -> None:
    """At the worker's exit, before multiprocessing waits for every child that is no daemon."""
    for process in list(_living):
        process.kill()


Finalize(None, _kill_all, exitpriority=1)


def _main(*args: Any) -> None:
    from gpu_worker.vllm_child import main

    main(*args)
