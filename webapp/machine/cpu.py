"""The machine's CPU, as far as this process may use it. Standard library only.

`system` is where the machine's own files are looked for.
"""

from __future__ import annotations

import os
from pathlib import Path

from webapp.machine import cgroups

# By what a CPU says that it computes in a format of 16 bits itself: x86, and ARM below.
SIGNS = {
    "bfloat16": {"avx512_bf16", "amx_bf16", "bf16"},
    "float16": {"avx512_fp16", "amx_fp16", "asimdhp"},
}
FLAGS = ("flags", "Features")  # what x86 and ARM call them


def cores(system: Path = Path("/")) -> int:
    """Cores whose time this process gets: two threads of one count once."""
    usable = os.sched_getaffinity(0)
    own = {_siblings(cpu, system) for cpu in usable}
    quota = cgroups.cpu_quota(system)
    return max(1, len(own) if quota is None else min(len(own), int(quota)))


def formats(system: Path = Path("/")) -> frozenset[str]:
    """Number formats of 16 bits that it computes in itself; others it has to convert each time.

    None where the kernel does not say, as outside of Linux.
    """
    try:
        lines = (system / "proc/cpuinfo").read_text().splitlines()
    except OSError:
        return frozenset()
    told = (line.partition(":") for line in lines if line.startswith(FLAGS))
    flags = next((set(flags.split()) for _, _, flags in told), set())
    return frozenset(name for name, signs in SIGNS.items() if signs & flags)


def _siblings(cpu: int, system: Path) -> str:
    """The threads of its core; itself, where nothing is known of them."""
    file = system / f"sys/devices/system/cpu/cpu{cpu}/topology/thread_siblings_list"
    try:
        return file.read_text().strip()
    except OSError:
        return str(cpu)
