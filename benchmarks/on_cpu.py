"""Tokens of a real LLM per CPU second and per second, by number format and threads.

One engine after the other, twice, in the same run, so that what else the machine does meets them
all. ONEDNN_MAX_CPU_ISA=AVX512_CORE_VNNI shows a CPU that has no bfloat16 of its own.
"""

import argparse
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

import django
import psutil

if TYPE_CHECKING:
    from gpu_worker.engine_process import EngineProcess

PROMPTS, TOKENS, CONTEXT = 32, 32, 1024
WAYS = [("bfloat16", 1), ("float32", 1), ("float32", 2)]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.on_cpu", description=__doc__)
    parser.add_argument("--checkpoint", type=Path, help="another folder than the real LLM's")
    parser.add_argument("--repeat", type=int, default=2, help="of all (2)")
    given = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webapp.config.settings")
    django.setup()
    from webapp.commands.real import CHECKPOINT

    source = given.checkpoint or CHECKPOINT
    print("format, threads: tokens per CPU second, per second")
    for _ in range(given.repeat):
        for dtype, threads in WAYS:
            cpu, wall = measured(source.resolve(), dtype, threads)
            print(f"{dtype}, {threads}: {cpu:.0f}, {wall:.0f}", flush=True)


def measured(source: Path, dtype: str, threads: int) -> tuple[float, float]:
    """Tokens per CPU second and per second, once the engine is warm."""
    from gpu_worker.engine_process import EngineProcess
    from gpu_worker.vllm_engine import engine_options, start_forkserver
    from moe_core.engine import Checkpoint

    checkpoint = Checkpoint(str(source), dtype=dtype, max_model_len=CONTEXT)
    options = engine_options(checkpoint, sleeping=False) | {"dtype": dtype, "threads": threads}
    process = EngineProcess(start_forkserver(), checkpoint, options, lambda: False)
    try:
        written(process, 0)
        times = psutil.Process(process.pid).cpu_times
        cpu, wall = sum(times()[:2]), time.monotonic()
        tokens = written(process, PROMPTS)
        return tokens / (sum(times()[:2]) - cpu), tokens / (time.monotonic() - wall)
    finally:
        process.kill()


def written(process: "EngineProcess", first: int) -> int:
    """Tokens of all prompts, those from number `first` on."""
    from moe_core.engine import Prompt

    asked = [
        Prompt(first + n, f"{first + n}: what is {n} + {7 * n}? Explain.", 0.0, TOKENS, 1)
        for n in range(PROMPTS)
    ]
    process.send(asked)
    tokens = count = 0
    while count < PROMPTS:
        for completion in process.receive():
            count, tokens = count + 1, tokens + completion.tokens
    return tokens


if __name__ == "__main__":
    main()
