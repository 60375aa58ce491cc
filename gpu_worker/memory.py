"""How much of a GPU an expert is given, and who else holds it."""

from webapp.machine.gpus import gpus, holders

GPU_MEMORY = 0.92  # of all of it, for weights and cache; vLLM's own choice
GIB = 1024**3


def memory_trouble() -> str:
    """Who holds what an expert was to have, now that no engine of ours does; empty: nobody."""
    taken = [gpu for gpu in gpus() if gpu.free_bytes < GPU_MEMORY * gpu.total_bytes]
    if not taken:
        return ""
    gpu = min(taken, key=lambda one: one.free_bytes)
    who = ", ".join(f"{one.name}, process {one.pid}" for one in holders()[:3])
    return (
        f"other programs hold {gpu.used_bytes / GIB:.1f} of the GPU's"
        f" {gpu.total_bytes / GIB:.1f} GiB{f' ({who})' if who else ''}, and an expert is given"
        f" {GPU_MEMORY:.0%}: end them, or give each gpu worker a GPU of its own"
        " (CUDA_VISIBLE_DEVICES)"
    )
