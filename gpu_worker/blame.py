"""Whose fault it is that an expert does not load or run: its own, its hub's, or the machine's.

Judged by the whole chain of causes, for the layers above often hide what is told below. The texts
are those of vLLM 0.32, torch 2.13, triton 3.7 and huggingface_hub 1; a test holds vLLM's against
its sources. What nobody can tell is a LoadFailed: whether another expert loads will tell.
"""

import errno
import re
import subprocess
import textwrap
from collections.abc import Iterator

from moe_core.engine import EngineError, HubAway, LoadFailed, MachineTrouble, NoRoom
from webapp.experts.checks.hub_words import is_offline, refusal

REASON = 400  # characters


class NoGpu(MachineTrouble):
    """CUDA cannot be used at all. What has imported vllm meanwhile remembers that."""


class MemoryTaken(MachineTrouble):
    """Others hold the memory that an expert was to have."""


# Text of an error → what is wrong with the machine, and what to do.
NO_GPU = {
    r"driver on your system is too old": "the NVIDIA driver is too old: update it",
    r"Found no NVIDIA driver|No CUDA GPUs are available|Failed to infer device type"
    r"|no CUDA-capable device|Device string must not be empty": (
        "no GPU can be used: does nvidia-smi show one, and does CUDA_VISIBLE_DEVICES name it?"
    ),
    r"CUDA driver initialization failed|CUDA unknown error|Unexpected error from cudaGetDeviceCount"
    r"|CUDA call failed lazily|system not yet initialized|busy or unavailable": (
        "CUDA does not start: look at nvidia-smi and at the kernel's log (dmesg), or restart it"
    ),
}
MEMORY_TAKEN = {
    r"Free memory on device .* on startup is less than|Error in memory profiling"
    r"|Memory usage increased after sleeping": (
        "too little of the GPU's memory is free: another program or another gpu worker uses it"
    ),
    r"Available memory on node|kv cache allocation is less than requested": (
        "too little of the machine's memory is free: other programs use it"
    ),
}
NO_SPACE = "the disk is full: make room"
# What the system says of itself, by the number of its error.
SYSTEM = {
    errno.ENOSPC: NO_SPACE,
    errno.EDQUOT: "the quota of disk space is used up: make room",
    errno.EROFS: "a disk can only be read: look at the kernel's log (dmesg)",
    errno.EIO: "a disk is faulty: look at the kernel's log (dmesg)",
    errno.ESTALE: "a network disk is gone: mount it again",
    errno.ENOMEM: "too little of the machine's memory is free: other programs use it",
    errno.EMFILE: "too many files are open: raise the limit (ulimit -n)",
    errno.ENFILE: "too many files are open on this machine",
    errno.EAGAIN: "no more processes may be started: raise the limit (ulimit -u)",
}
OTHERS = {
    r"ECC error|GPU is lost|fallen off the bus|hardware error": (
        "the GPU is faulty: look at nvidia-smi and the kernel's log (dmesg), or restart the machine"
    ),
    r"no kernel image is available": (
        "this GPU is too old for the installed vLLM, which needs compute capability 7.5 or newer"
    ),
    r"NCCL error|ncclUnhandledCudaError": "the GPUs cannot talk to each other",
    r"Failed to find C compiler|No working C\+\+ compiler": (
        "a C compiler is missing, which vLLM needs for its first kernel: install gcc"
    ),
    r"libcuda\.so cannot found|lib\w+\.so[.\d]*: cannot open shared object file": (
        "a library is not found, most likely of the driver: is the driver whole, and given to this"
        " container?"
    ),
    r"Could not find nvcc|NVCC (compiler|version)|Ninja build failed|'ninja'": (
        "a CUDA compiler is asked for: report this, for nothing should need one"
    ),
    r"No space left on device": NO_SPACE,
}
KINDS: list[tuple[type[MachineTrouble], dict[str, str]]] = [
    (NoGpu, NO_GPU),
    (MemoryTaken, MEMORY_TAKEN),
    (MachineTrouble, OTHERS),
]
HEADERS = "Python's headers are missing, which vLLM needs for its first kernel: install python3-dev"
NO_ROOM = (
    r"out of memory|No available memory for the cache blocks|Cannot auto-fit max_model_len"
    r"|larger than the available KV cache memory"
)
# Of huggingface_hub, and of what it asks through. An answer tells more than its absence.
NOT_ANSWERING = {"LocalEntryNotFoundError", "OfflineModeIsEnabled", "XetDownloadError"}
CLIENTS = ("httpx", "httpcore", "requests", "urllib3", "hf_xet")
XET_TEXT = r"Data processing error"
MAY_CHANGE = {408, 429}  # statuses, beside those from 500 on
# What Python and vLLM say of a checkpoint or of settings that make no sense.
OWN = (
    *(ValueError, TypeError, LookupError, AttributeError, NotImplementedError, ImportError),
    *(OSError, AssertionError),
)
UNCLEAR = r"Invalid repository ID or local directory"  # said of a hub that is away, too
OWN_TEXT = r"Cannot find any model weights|size mismatch|Error\(s\) in loading state_dict"
GPU_ERROR = r"(CUDA|CUDART|NCCL|CUBLAS|CUDNN)[ _](error|status)"  # of a kernel, or of the GPU


def blamed(error: BaseException, source: str = "") -> EngineError:
    """The error as the worker is told of it: its class says whose fault it is, its text what.

    Of trouble the first line says what to do, the second what was said by whoever ran into it.
    `source` is what was to be loaded.
    """
    chain, reason = list(causes(error)), reason_of(error)
    if trouble := _trouble(chain, reason):
        return trouble
    if any(re.search(NO_ROOM, str(one), re.IGNORECASE) for one in chain):
        return NoRoom(reason)
    if refused := next(filter(None, (refusal(one, source) for one in chain)), ""):
        return EngineError(refused)
    if answered := _statuses(chain):
        may_change = any(status in MAY_CHANGE or status >= 500 for status in answered)
        return _away(reason) if may_change else EngineError(reason)
    if _is_of(chain, NOT_ANSWERING) or any(_is_of_network(one) for one in chain):
        return _away(reason)
    return EngineError(reason) if _is_own(chain) else LoadFailed(reason)


def causes(error: BaseException) -> Iterator[BaseException]:
    """The error, its cause, and so on to the innermost."""
    one: BaseException | None = error
    while one is not None:
        yield one
        one = one.__cause__ or (None if one.__suppress_context__ else one.__context__)


def reason_of(error: BaseException) -> str:
    """The innermost cause: what a person can act on, without the engine's layers around it.

    In a few lines: of a model that it does not know, vLLM lists the hundreds that it knows.
    """
    *_, innermost = causes(error)
    said = f"{type(innermost).__name__}: {innermost}"
    return textwrap.shorten(said, REASON, placeholder=" …")


def _trouble(chain: list[BaseException], reason: str) -> MachineTrouble | None:
    for one in chain:
        if isinstance(one, OSError) and (words := SYSTEM.get(one.errno or 0)):
            return MachineTrouble(f"{words}\n{reason}")
        if isinstance(one, MemoryError):
            return MachineTrouble(f"{SYSTEM[errno.ENOMEM]}\n{reason}")
        if isinstance(one, subprocess.CalledProcessError) and ".c" in str(one.cmd):
            return MachineTrouble(f"{HEADERS}\n{reason}")
        for kind, texts in KINDS:
            for pattern, words in texts.items():
                if re.search(pattern, str(one)):
                    return kind(f"{words}\n{reason}")
    return None


def _is_own(chain: list[BaseException]) -> bool:
    if any(re.search(GPU_ERROR, str(one), re.IGNORECASE) for one in chain):
        return False
    if any(isinstance(one, PermissionError) or re.search(UNCLEAR, str(one)) for one in chain):
        return False
    if any(re.search(OWN_TEXT, str(one)) for one in chain):
        return True
    is_from_file = type(chain[-1]).__module__.startswith("safetensors")
    return is_from_file or isinstance(chain[0], OWN) or isinstance(chain[-1], OWN)


def _away(reason: str) -> EngineError:
    if is_offline():
        return EngineError(
            "it is not in the cache, and HF_HUB_OFFLINE forbids to download it: download it first,"
            f" or unset the variable and restart ({reason})"
        )
    return HubAway(
        "the hub does not answer: is there a network? What is in its cache loads without one"
        f"\n{reason}"
    )


def _is_of(chain: list[BaseException], names: set[str]) -> bool:
    return any(kind.__name__ in names for one in chain for kind in type(one).__mro__)


def _statuses(chain: list[BaseException]) -> list[int]:
    """What the hub has answered, where it has."""
    answers = (getattr(one, "response", None) for one in chain if _is_of([one], {"HfHubHTTPError"}))
    return [answer.status_code for answer in answers if answer is not None]


def _is_of_network(error: BaseException) -> bool:
    if isinstance(error, ConnectionError | TimeoutError) or re.search(XET_TEXT, str(error)):
        return True
    return type(error).__module__.startswith(CLIENTS)
