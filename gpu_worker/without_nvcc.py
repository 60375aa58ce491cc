"""Keep vLLM from kernels that are compiled with nvcc and ninja as they are first used: importing
this module, before vllm, arranges it.

flashinfer has them: its sampler, its attention on some GPUs, its linear attention. Without it vLLM
takes kernels that came compiled, or Triton's, which need a C compiler only. On a machine that has
nvcc and ninja it may be used.
"""

import shutil
import sys

if not (shutil.which("nvcc") and shutil.which("ninja")):
    sys.modules["flashinfer"] = None  # type: ignore[assignment]  # Python's sign for "not there"
