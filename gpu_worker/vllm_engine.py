"""vLLM behind the Engine protocol: one child process per loaded expert.

The operating system gives back what a child held, completely, whenever it ends. The same code
serves CUDA and CPU builds of vLLM.
"""

import multiprocessing
import os
import time
from collections.abc import Callable, Iterable, Sequence
from multiprocessing import forkserver
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext, ForkServerProcess
from typing import Any

from moe_core.engine import Checkpoint, Completion, EngineDied, EngineError, LoadStopped, Prompt

LOAD_SECONDS = 3600  # the largest models come from slow disks
LOOK_SECONDS = 0.5  # between looks, while loading, at whether the worker is to stop
EXIT_SECONDS = 5

# The engine runs inside our child. The tiny engines of a CPU share its cores with the rest of
# the product: one OpenMP thread is as fast there and does not collapse when cores are busy.
ENVIRONMENT = {
    "VLLM_ENABLE_V1_MULTIPROCESSING": "0",
    "VLLM_NO_USAGE_STATS": "1",
    "VLLM_LOGGING_LEVEL": "ERROR",
}
ON_CPU = {
    "VLLM_CPU_KVCACHE_SPACE": "1",
    "OMP_NUM_THREADS": "1",
    "VLLM_CPU_OMP_THREADS_BIND": "nobind",
}


def has_gpu() -> bool:
    """Whether an NVIDIA GPU is there, found without importing torch into this process."""
    return os.path.exists("/dev/nvidiactl") and os.environ.get("SKILLMOE_DEVICE") != "cpu"


def start_forkserver() -> ForkServerContext:
    """Start the process that imports vllm once and forks every engine; harmless to repeat."""
    for name, value in (ENVIRONMENT | ({} if has_gpu() else ON_CPU)).items():
        os.environ.setdefault(name, value)
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["gpu_worker.parent_death", "gpu_worker.vllm_child"])
    forkserver.ensure_running()
    return context


class VllmEngine:
    """Loads one expert at a time into a child process. Raises EngineError when the child dies."""

    def __init__(self, stopping: Callable[[], bool] = lambda: False) -> None:
        self._stopping = stopping
        self._context = start_forkserver()
        self._child: ForkServerProcess | None = None
        self._pipe: Connection | None = None

    def load(self, checkpoint: Checkpoint) -> None:
        self.unload()
        self._pipe, theirs = self._context.Pipe()
        self._child = self._context.Process(
            target=_child_main, args=(theirs, checkpoint, _options()), daemon=True
        )
        self._child.start()
        theirs.close()  # or a child that dies early would leave us waiting for ever
        give_up = time.monotonic() + LOAD_SECONDS
        while not self._pipe.poll(LOOK_SECONDS):
            if self._stopping():
                self.unload()
                raise LoadStopped("the worker is stopping")
            if time.monotonic() > give_up:
                self.unload()
                raise EngineError(f"loading took more than {LOAD_SECONDS} s")
        self._receive()

    def submit(self, prompts: Sequence[Prompt]) -> None:
        if prompts:
            self._send(list(prompts))

    def poll(self, seconds: float) -> list[Completion]:
        if self._pipe is None or not self._pipe.poll(seconds):
            return []
        arrived = []
        while self._pipe.poll():
            arrived += self._receive()
        return arrived

    def abort(self, ids: Iterable[int]) -> None:
        if self._child is not None and (aborted := frozenset(ids)):
            self._send(aborted)

    def unload(self) -> None:
        if self._pipe is not None:
            self._pipe.close()
        if self._child is not None:
            self._child.kill()
            self._child.join(EXIT_SECONDS)
        self._pipe = self._child = None

    def _send(self, message: Any) -> None:
        if self._pipe is None:
            raise EngineError("no expert is loaded")
        try:
            self._pipe.send(message)
        except OSError as error:
            raise EngineDied(self._last_words()) from error

    def _receive(self) -> list[Completion]:
        assert self._pipe is not None
        try:
            message = self._pipe.recv()
        except (EOFError, OSError) as error:
            raise EngineDied(self._last_words()) from error
        if isinstance(message, Exception):
            raise EngineError(str(message))
        return message if isinstance(message, list) else []

    def _last_words(self) -> str:
        if self._child is not None:
            self._child.join(EXIT_SECONDS)
        return f"its process ended (exit code {self._child and self._child.exitcode})"


def _options() -> dict[str, Any]:
    """What a build of vLLM needs.

    On CPU there are no CUDA graphs, and a partial prefill of a seeded request fails ("CPU
    Generator does not use offset"), so that prompts are prefilled whole.
    """
    if has_gpu():
        return {"max_num_seqs": 256}
    return {"enforce_eager": True, "max_num_seqs": 128, "enable_chunked_prefill": False}


def _child_main(*args: Any) -> None:
    from gpu_worker.vllm_child import main

    main(*args)
