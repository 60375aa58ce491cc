"""NVIDIA GPUs as nvidia-smi and the system's files tell of them, before anything is installed.

Standard library only; `gpus.py` asks the driver itself.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

# In WSL2 a GPU has no device file of NVIDIA's: Windows' driver lends it, with these programs.
WSL_GPU, WSL_SMI = "dev/dxg", "usr/lib/wsl/lib/nvidia-smi"
NVIDIA, DISPLAY = "0x10de", "0x03"  # vendor and class of a device on the PCI bus
ASKED_FOR = "name,driver_version,compute_cap,memory.total"
SECONDS = 30  # the first answer after the machine's start takes some


@dataclass(frozen=True)
class Listed:
    """What nvidia-smi says of one."""

    name: str
    driver: str
    capability: tuple[int, ...]  # (9, 0); empty where the driver is too old to tell
    memory_mb: int


def has_gpu(system: Path = Path("/")) -> bool:
    """Whether a GPU can be used as far as its device files tell, which takes no time."""
    names = ("dev/nvidiactl", "dev/nvidia0")
    in_wsl = (system / WSL_GPU).exists() and (system / WSL_SMI).exists()
    return in_wsl or any((system / name).exists() for name in names)


def has_card(system: Path = Path("/")) -> bool:
    """Whether the machine has an NVIDIA card at all, with or without a driver for it."""
    for device in system.glob("sys/bus/pci/devices/*"):
        try:
            vendor, kind = ((device / name).read_text() for name in ("vendor", "class"))
        except OSError:
            continue
        if vendor.strip() == NVIDIA and kind.startswith(DISPLAY):
            return True
    return False


def answering_gpus(system: Path = Path("/")) -> list[Listed]:
    """Those that nvidia-smi lists; none where it is missing or has no driver to talk to."""
    smi = shutil.which("nvidia-smi")
    if smi is None and os.access(system / WSL_SMI, os.X_OK):
        smi = str(system / WSL_SMI)
    if smi is None:
        return []
    command = [smi, f"--query-gpu={ASKED_FOR}", "--format=csv,noheader,nounits"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS)
    except (OSError, subprocess.TimeoutExpired):
        return []
    return [gpu for line in done.stdout.splitlines() if (gpu := read_gpu(line))]


def read_gpu(line: str) -> Listed | None:
    """One line of nvidia-smi's answer; None for its error messages."""
    parts = [part.strip() for part in line.split(",")]
    if len(parts) != 4 or not re.fullmatch(r"[0-9.]+", parts[1]):
        return None
    name, driver, capability, memory = parts
    numbers = re.findall(r"\d+", capability)
    return Listed(
        name, driver, tuple(map(int, numbers)), int((re.findall(r"\d+", memory) or "0")[0])
    )


def driver_version(gpus: list[Listed], system: Path = Path("/")) -> str | None:
    """Also from the kernel, because containers may come without nvidia-smi."""
    if gpus:
        return gpus[0].driver
    try:
        told = (system / "proc/driver/nvidia/version").read_text()
    except OSError:
        return None
    found = re.search(r"Kernel Module.*?\s(\d+\.[0-9.]+)\s", told)
    return found[1] if found else None
