"""The last that the forkserver imports: what would cost every load again is done here, once.

Objects that are there already are left alone by garbage collections, of which a load has five.
"""

import gc
from importlib import import_module

from webapp.machine.build import is_cuda

# What vLLM imports as it loads. On CUDA it asks for the driver, which no parent of engines may.
ON_CPU = (
    "vllm.entrypoints.launchers.cli_args",
    "vllm.model_executor.model_loader",
    "vllm.v1.core.sched.scheduler",
    "vllm.v1.attention.backends.cpu_attn",
    "vllm.v1.worker.cpu_worker",
)

if not is_cuda():
    for name in ON_CPU:
        import_module(name)
gc.collect()
gc.freeze()
