"""What an engine is told where it runs on a CPU; the rules are those of `webapp.experts.memory`."""

from typing import Any

from moe_core.engine import Checkpoint
from webapp.experts.memory.engine import CPU_UNKNOWN
from webapp.experts.memory.fits import Settings
from webapp.experts.memory.on_cpu import on_cpu, threads
from webapp.experts.memory.sources import shape_of
from webapp.experts.own_host import own_host

# Each engine sets its own number of threads when it loads; what they are forked from must have
# started none. A thread that waits sleeps, and does not turn on a core that others need: two busy
# waiters on two busy cores are four times slower than one thread.
ENVIRONMENT = {
    "OMP_NUM_THREADS": "1",
    "OMP_WAIT_POLICY": "PASSIVE",
    "VLLM_CPU_OMP_THREADS_BIND": "nobind",
}


def options(checkpoint: Checkpoint) -> dict[str, Any]:
    """There are no CUDA graphs, and a partial prefill of a seeded request fails ("CPU Generator
    does not use offset"), so that prompts are prefilled whole.
    """
    return {
        "enforce_eager": True,
        "max_num_seqs": 128,
        "enable_chunked_prefill": False,
        **_by_machine(checkpoint),
    }


def _by_machine(checkpoint: Checkpoint) -> dict[str, Any]:
    """Of files that are not here yet too little is known: vLLM takes the format that they have."""
    host, shape = own_host(), shape_of(checkpoint.source, checkpoint.revision)
    if shape is None:
        return {
            "dtype": checkpoint.dtype,
            "threads": threads(None, host),
            "kv_cache_memory_bytes": host.cache_bytes or CPU_UNKNOWN,
        }
    how = Settings(
        checkpoint.max_model_len,
        checkpoint.dtype,
        checkpoint.quantization,
        checkpoint.tensor_parallel_size,
    )
    found = on_cpu(shape, host, how)
    return {
        "dtype": "float32" if found.dtype == "float32" else checkpoint.dtype,
        "threads": found.threads,
        "kv_cache_memory_bytes": found.cache_bytes,
    }
