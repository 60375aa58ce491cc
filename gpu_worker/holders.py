"""Who else holds the memory that an expert is to have."""

from webapp.experts.memory import GB
from webapp.experts.memory.engine import GPU_MEMORY
from webapp.machine.build import is_cuda
from webapp.machine.gpus import gpus, holders


def memory_trouble(gpus_of_expert: int) -> str:
    """Who holds what an expert was to have, now that no engine of ours does; empty: nobody."""
    used = gpus()[:gpus_of_expert] if is_cuda() else []
    taken = [gpu for gpu in used if gpu.free_bytes < GPU_MEMORY * gpu.total_bytes]
    if not taken:
        return ""
    gpu = min(taken, key=lambda one: one.free_bytes)
    who = ", ".join(f"{one.name}, process {one.pid}" for one in holders()[:3])
    return (
        f"other programs hold {gpu.used_bytes / GB:.1f} of the GPU's"
        f" {gpu.total_bytes / GB:.1f} GB{f' ({who})' if who else ''}, and an expert is given"
        f" {GPU_MEMORY:.0%}: end them, or give each gpu worker a GPU of its own"
        " (CUDA_VISIBLE_DEVICES)"
    )
