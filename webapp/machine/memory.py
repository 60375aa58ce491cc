"""The machine's memory, as far as this process may use it. Standard library only.

Sizes are in bytes. `system` is where the machine's own files are looked for.
"""

from __future__ import annotations

import os
from pathlib import Path

from webapp.machine import cgroups


def all_memory(system: Path = Path("/")) -> int:
    """What the machine has, or its container is allowed."""
    has = _told(system, "MemTotal") or os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return min(has, cgroups.memory_limit(system) or has)


def free_memory(system: Path = Path("/")) -> int:
    """What can be had without swapping: files that are only cached count as free."""
    free = _told(system, "MemAvailable") or all_memory(system)
    left = cgroups.memory_left(system)
    return free if left is None else min(free, left)


def _told(system: Path, name: str) -> int:
    """A line of the kernel's, in bytes; 0: there is none."""
    try:
        lines = (system / "proc/meminfo").read_text().splitlines()
    except OSError:
        return 0
    found = (line.split() for line in lines if line.startswith(f"{name}:"))
    return next((int(words[1]) * 1024 for words in found), 0)
