"""vLLM behind the Engine protocol: one child process per loaded expert.

The operating system gives back what a child held, completely, whenever it ends. The same code
serves CUDA and CPU builds of vLLM.
"""

import logging
import multiprocessing
import os
import signal
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from multiprocessing import forkserver
from multiprocessing.context import ForkServerContext
from pathlib import Path
from typing import Any

from gpu_worker import on_cpu
from gpu_worker.blame import MemoryTaken, NoGpu
from gpu_worker.engine_environment import without_secrets
from gpu_worker.engine_process import EngineProcess
from gpu_worker.holders import memory_trouble
from gpu_worker.messages import Written
from gpu_worker.sleepers import Sleepers
from moe_core.engine import (
    Checkpoint,
    Completion,
    EngineError,
    HubAway,
    LoadFailed,
    LoadStopped,
    MachineTrouble,
    NoRoom,
    Partial,
    Prompt,
)
from webapp.experts.memory.engine import GPU_MEMORY, LEFT_TO_SLEEPERS, SEQUENCES
from webapp.experts.memory.sources import folder_of
from webapp.files import room
from webapp.machine.build import is_cuda

logger = logging.getLogger(__name__)

# The engine runs inside our child. Of what libraries write, the worker's log is to hold errors.
ENVIRONMENT = {
    "VLLM_ENABLE_V1_MULTIPROCESSING": "0",
    "VLLM_NO_USAGE_STATS": "1",
    "VLLM_LOGGING_LEVEL": "ERROR",
    "TORCH_CPP_LOG_LEVEL": "ERROR",
    "TORCH_LOGS": "-torch._library.triton",  # which is not there on CPUs, and says so
    "HF_HUB_DISABLE_PROGRESS_BARS": "1",
    "PYTHONWARNINGS": "ignore:`torch.distributed.reduce_op` is deprecated:FutureWarning",
}
ON_CUDA = {  # so that nothing is compiled by nvcc or ninja: not every machine has them
    "VLLM_USE_FLASHINFER_SAMPLER": "0",
    "VLLM_USE_DEEP_GEMM": "0",
    "VLLM_ALLREDUCE_USE_FLASHINFER": "0",
}
PRELOADED = [
    "gpu_worker.parent_death",
    "gpu_worker.without_nvcc",
    "gpu_worker.vllm_child",
    "gpu_worker.before_forks",
]


def no_room() -> str:
    """Why nothing is downloaded now; empty: there is room for it."""
    from huggingface_hub.constants import HF_HUB_CACHE  # takes a third of a second

    return room.lack(folder=Path(HF_HUB_CACHE))


def start_forkserver() -> ForkServerContext:
    """Start the process that imports vllm once and forks every engine; harmless to repeat."""
    for name, value in (ENVIRONMENT | (ON_CUDA if is_cuda() else on_cpu.ENVIRONMENT)).items():
        os.environ.setdefault(name, value)
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(PRELOADED)
    with without_secrets():
        forkserver.ensure_running()
    return context


def end_forkserver() -> None:
    """Have the next load import vllm anew. It is killed, and its children with it: one that is
    stuck in the driver would keep it from ending."""
    server: Any = forkserver._forkserver  # there is no public way
    if server._forkserver_pid is not None:
        with suppress(ProcessLookupError):
            os.kill(server._forkserver_pid, signal.SIGKILL)
        server._stop()


class VllmEngine:
    """Loads one expert at a time into a child process. Raises EngineError when the child dies.

    What it unloads may sleep, and is then woken instead of loaded.
    """

    def __init__(
        self, stopping: Callable[[], bool] = lambda: False, sleepers: Sleepers | None = None
    ) -> None:
        self._stopping = stopping
        self._sleepers = Sleepers() if sleepers is None else sleepers
        self._loaded: EngineProcess | None = None
        self._trouble: EngineError | None = None  # to be told when what came before it was taken
        self._written: dict[int, Partial] = {}

    def load(self, checkpoint: Checkpoint) -> None:
        self.unload()
        self._loaded = self._sleepers.wake(checkpoint) or self._start(checkpoint)

    def submit(self, prompts: Sequence[Prompt]) -> None:
        """In the order of their texts: those that begin alike are neighbours, and their common
        beginning is still in the cache of prefixes when the next one comes, however small it is.
        """
        if prompts:
            self._process().send(sorted(prompts, key=lambda prompt: prompt.text))

    def poll(self, seconds: float) -> list[Completion]:
        if self._trouble is not None:
            raise self._trouble
        if self._loaded is None:
            return []
        if not self._loaded.has_message(seconds):
            self._loaded.check_pulse()
            return []
        arrived: list[Completion] = []
        try:
            while self._loaded.has_message():
                message = self._loaded.receive()
                if isinstance(message, Written):
                    self._written |= {partial.id: partial for partial in message.partials}
                else:
                    arrived += message
        except EngineError as error:
            if not arrived:
                raise
            self._trouble = error
        return arrived

    def partials(self) -> list[Partial]:
        written, self._written = self._written, {}
        return list(written.values())

    def abort(self, ids: Iterable[int]) -> None:
        if self._loaded is not None and (aborted := frozenset(ids)):
            self._loaded.send(aborted)

    def unload(self, *, keep: bool = True) -> None:
        loaded, self._loaded, self._trouble = self._loaded, None, None
        self._written = {}
        if loaded is None:
            return
        if keep and not self._stopping():
            self._sleepers.put(loaded)
        else:
            loaded.kill()

    def _start(self, checkpoint: Checkpoint) -> EngineProcess:
        """Load it, and see who is to blame if that fails."""
        if not folder_of(checkpoint.source, checkpoint.revision) and (said := no_room()):
            raise HubAway(f"it would have to be downloaded. {said}")
        try:
            return self._load(checkpoint)
        except NoGpu:
            self._sleepers.end()
            end_forkserver()  # it remembers that there was none
            raise
        except (NoRoom, MemoryTaken, LoadFailed) as error:
            if held := memory_trouble(checkpoint.tensor_parallel_size):
                raise MachineTrouble(f"{held}\n{error}") from error
            raise

    def _load(self, checkpoint: Checkpoint) -> EngineProcess:
        """Load it; if that fails where experts may sleep, once more as if none ever did."""
        context = start_forkserver()
        if self._sleepers.is_possible:
            try:
                return EngineProcess(
                    context,
                    checkpoint,
                    engine_options(checkpoint, sleeping=True),
                    self._stopping,
                    may_sleep=True,
                )
            except LoadStopped:
                raise
            except EngineError as error:
                if isinstance(error, MachineTrouble) and not isinstance(error, MemoryTaken):
                    raise  # not for want of what sleepers hold
                logger.warning("%s does not load beside sleepers: %s", checkpoint.source, error)
            self._sleepers.end()
        options = engine_options(checkpoint, sleeping=False)
        return EngineProcess(context, checkpoint, options, self._stopping)

    def _process(self) -> EngineProcess:
        if self._loaded is None:
            raise EngineError("no expert is loaded")
        return self._loaded


def engine_options(checkpoint: Checkpoint, sleeping: bool) -> dict[str, Any]:
    """What this build of vLLM needs, on this machine."""
    return options_on_cuda(checkpoint, sleeping) if is_cuda() else on_cpu.options(checkpoint)


def options_on_cuda(checkpoint: Checkpoint, sleeping: bool) -> dict[str, Any]:
    """Linear attention takes Triton's kernels: without asking, it may take those of flashinfer."""
    return {
        "dtype": checkpoint.dtype,
        "max_num_seqs": SEQUENCES,
        "gpu_memory_utilization": GPU_MEMORY - (LEFT_TO_SLEEPERS if sleeping else 0),
        "enable_sleep_mode": sleeping,
        "gdn_prefill_backend": "triton",
    }
