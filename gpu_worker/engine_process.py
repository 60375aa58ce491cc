"""One loaded expert as the worker sees it: a child process and the pipe to it."""

import atexit
import time
import weakref
from collections.abc import Callable
from multiprocessing.context import ForkServerContext
from typing import Any

from moe_core.engine import Checkpoint, EngineError, LoadStopped

LOAD_SECONDS = 3600  # the largest models come from slow disks
LOOK_SECONDS = 0.5  # between looks, while waiting, at whether the worker is to stop
EXIT_SECONDS = 5


class EngineProcess:
    """A child forked from the forkserver. What it cannot do, it says in an EngineError.

    It is no daemon, because daemons may not have children and tensor parallelism needs some.
    """

    def __init__(
        self, context: ForkServerContext, checkpoint: Checkpoint, options: dict[str, Any]
    ) -> None:
        self._pipe, theirs = context.Pipe()
        self._child = context.Process(target=_main, args=(theirs, checkpoint, options))
        self._child.start()
        theirs.close()  # or a child that dies early would leave us waiting for ever
        _living.add(self)

    def wait(self, stopping: Callable[[], bool], seconds: float = LOAD_SECONDS) -> Any:
        """The next message, however long it takes. Kills the child before it raises."""
        give_up = time.monotonic() + seconds
        try:
            while not self.has_message(LOOK_SECONDS):
                if stopping():
                    raise LoadStopped("the worker is stopping")
                if time.monotonic() > give_up:
                    raise EngineError(f"loading took more than {seconds:.0f} s")
            return self.receive()
        except EngineError:
            self.kill()
            raise

    def has_message(self, seconds: float = 0) -> bool:
        """Whether something can be received within `seconds`, be it that the child has died."""
        return self._pipe.poll(seconds)

    def receive(self) -> Any:
        try:
            message = self._pipe.recv()
        except (EOFError, OSError) as error:
            raise EngineError(self._last_words()) from error
        if isinstance(message, Exception):
            raise EngineError(str(message))
        return message

    def send(self, message: Any) -> None:
        try:
            self._pipe.send(message)
        except OSError as error:
            raise EngineError(self._last_words()) from error

    def kill(self) -> None:
        """End it, whatever it does; the operating system frees what it held."""
        self._pipe.close()
        self._child.kill()
        self._child.join(EXIT_SECONDS)
        _living.discard(self)

    def _last_words(self) -> str:
        self._child.join(EXIT_SECONDS)
        return f"its process ended (exit code {self._child.exitcode})"


_living: "weakref.WeakSet[EngineProcess]" = weakref.WeakSet()


@atexit.register
def _kill_all() -> None:
    """Before multiprocessing waits for every child that is no daemon, for ever."""
    for process in list(_living):
        process.kill()


def _main(*args: Any) -> None:
    from gpu_worker.vllm_child import main

    main(*args)
