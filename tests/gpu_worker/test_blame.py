"""Whose fault an error is, told by real exceptions of those who raise them."""

import errno
import subprocess
from itertools import pairwise

import httpx
import pytest
import torch
from huggingface_hub.errors import (
    DisabledRepoError,
    GatedRepoError,
    HfHubHTTPError,
    LocalEntryNotFoundError,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)
from pydantic import BaseModel, field_validator

from gpu_worker.blame import MemoryTaken, NoGpu, blamed
from moe_core.engine import EngineError, HubAway, LoadFailed, MachineTrouble, NoRoom


def from_hub(kind: type[HfHubHTTPError], status: int) -> HfHubHTTPError:
    answer = httpx.Response(status, request=httpx.Request("GET", "https://hub.example/x"))
    return kind("the hub said so", response=answer)  # type: ignore[arg-type]


def because(*chain: BaseException) -> BaseException:
    """The first, which the second caused, and so on."""
    for error, cause in pairwise(chain):
        error.__cause__ = cause
    return chain[0]


TOO_LITTLE = (
    "Free memory on device cuda:0 (9.1/79.2 GiB) on startup is less than desired GPU memory"
    " utilization (0.92, 72.9 GiB). Decrease GPU memory utilization or reduce GPU memory used by"
    " other processes."
)
TOO_OLD = "The NVIDIA driver on your system is too old (found version 12040)."
NO_COMPILER = "Failed to find C compiler. Please specify via CC environment variable."
KV = (
    "To serve at least one request with the model's max seq len (131072), 16.0 GiB KV cache is"
    " needed, which is larger than the available KV cache memory (3.1 GiB)."
)
COMPILES = subprocess.CalledProcessError(1, ["gcc", "/tmp/x/cuda_utils.c", "-O3", "-shared"])


@pytest.mark.parametrize(
    ("error", "kind", "words"),
    [
        (RuntimeError(TOO_OLD), NoGpu, "driver is too old: update it"),
        (RuntimeError("No CUDA GPUs are available"), NoGpu, "does nvidia-smi show one"),
        (RuntimeError("Failed to infer device type"), NoGpu, "no GPU can be used"),
        (ValueError(TOO_LITTLE), MemoryTaken, "another program"),
        (AssertionError("Error in memory profiling. Initial free"), MemoryTaken, "another program"),
        (RuntimeError("CUDA error: uncorrectable ECC error"), MachineTrouble, "GPU is faulty"),
        (RuntimeError(NO_COMPILER), MachineTrouble, "install gcc"),
        (COMPILES, MachineTrouble, "python3-dev"),
        (OSError(errno.ENOSPC, "No space left on device"), MachineTrouble, "disk is full"),
        (FileNotFoundError(2, "No such file", "ninja"), MachineTrouble, "CUDA compiler"),
        (OSError(errno.EDQUOT, "Disk quota exceeded"), MachineTrouble, "quota"),
        (OSError(errno.EROFS, "Read-only file system"), MachineTrouble, "only be read"),
        (OSError(errno.EMFILE, "Too many open files"), MachineTrouble, "ulimit -n"),
        (MemoryError(), MachineTrouble, "machine's memory"),
        (ImportError("libcuda.so.1: cannot open shared object file"), MachineTrouble, "driver"),
        (PermissionError(errno.EACCES, "denied", "/home/x/.triton"), LoadFailed, "denied"),
        (ValueError("Invalid repository ID or local directory specified: 'x'"), LoadFailed, "x"),
        (torch.OutOfMemoryError("CUDA out of memory. Tried to allocate"), NoRoom, "out of memory"),
        (ValueError(KV), NoRoom, "larger than"),
        (ValueError("Model architectures ['X'] are not supported"), EngineError, "not supported"),
        (RuntimeError("Cannot find any model weights with `x`"), EngineError, "weights"),
        (RuntimeError("CUDA error: an illegal memory access"), LoadFailed, "illegal"),
        (because(RuntimeError("CUDA error: odd"), KeyError("lm_head")), LoadFailed, "lm_head"),
        (RuntimeError("something else"), LoadFailed, "something else"),
    ],
)
def test_an_error_is_told_by_its_class(
    error: BaseException, kind: type[EngineError], words: str
) -> None:
    told = blamed(error)
    assert type(told) is kind
    assert words in str(told)


def test_what_a_configuration_refuses_is_the_expert_s() -> None:
    class Config(BaseModel):
        length: int

        @field_validator("length")
        @classmethod
        def _check(cls, length: int) -> int:
            raise ValueError("User-specified max_model_len is greater than the derived one")

    with pytest.raises(ValueError) as refused:
        Config(length=1)
    told = blamed(refused.value)
    assert type(told) is EngineError and "max_model_len" in str(told)


@pytest.mark.parametrize(
    "causes",
    [
        (LocalEntryNotFoundError("x"), httpx.ConnectError("refused"), ConnectionRefusedError()),
        (LocalEntryNotFoundError("x"), from_hub(HfHubHTTPError, 503)),
        (LocalEntryNotFoundError("x"), from_hub(HfHubHTTPError, 429)),
        (httpx.ReadTimeout("slow"),),
        (ConnectionResetError("reset by peer"),),
        (RuntimeError("Data processing error: CAS service error"),),
    ],
)
def test_a_hub_that_does_not_answer(causes: tuple[BaseException, ...]) -> None:
    told = blamed(because(OSError("We couldn't connect to the hub to load the files"), *causes))
    assert type(told) is HubAway and "is there a network?" in str(told)


@pytest.mark.parametrize(
    ("kind", "status", "words"),
    [
        (RepositoryNotFoundError, 401, "the hub has no model us/model"),
        (GatedRepoError, 403, "us/model is gated: accept its licence on"),
        (RevisionNotFoundError, 404, "us/model has no such revision"),
        (DisabledRepoError, 403, "the hub has disabled us/model"),
        (HfHubHTTPError, 401, "does not take HF_TOKEN"),
        (HfHubHTTPError, 404, "the hub said so"),
    ],
)
def test_what_the_hub_refuses_is_a_person_s_to_mend(
    kind: type[HfHubHTTPError], status: int, words: str
) -> None:
    error = because(OSError("is not a valid model identifier"), from_hub(kind, status))
    told = blamed(error, "us/model")
    assert type(told) is EngineError and words in str(told)


def test_offline_use_is_no_trouble_of_the_hub(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    told = blamed(LocalEntryNotFoundError("Cannot find an appropriate cached snapshot folder"))
    assert type(told) is EngineError and "HF_HUB_OFFLINE" in str(told)


def test_what_a_worker_of_tensor_parallelism_hides() -> None:
    """Its error comes without its cause: the cause of the pipe's end tells nothing."""
    try:
        try:
            raise EOFError
        except EOFError:
            raise Exception("WorkerProc initialization failed due to an exception") from None
    except Exception as error:
        told = blamed(error)
    assert type(told) is LoadFailed and "WorkerProc" in str(told)


def test_a_long_reason_is_cut() -> None:
    assert len(str(blamed(ValueError("architecture " * 400)))) < 420
