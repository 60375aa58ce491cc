"""The files of a checkpoint's weights: which of them are read, and what is wrong with them."""

import json
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

INDEX = "model.safetensors.index.json"  # says which file has which tensor
SAFETENSORS = ".safetensors"
LONGEST_HEADER = 100 * 1024**2  # bytes, as the format's own library has it
ADAPTER = "adapter_config.json"
ADAPTER_WEIGHTS = "adapter_"
PICKLES = (".bin", ".pt", ".pth", ".ckpt")
# What training leaves beside a model, which are no weights of it.
LEFT_OVERS = ("training_args", "optimizer", "scheduler", "rng_state", "scaler")
NUMBERED = re.compile(r"(.+-)(\d+)(-of-)(\d+)(\.safetensors)")
POINTER = b"version https://git-lfs"  # what Git LFS leaves in place of a file
POINTER_BYTES = 1_024  # more than it has
HEADER_BYTES = 8  # a safetensors file starts with the length of its JSON header
NAMED = 3  # files, in a message
CONVERT = (
    '.venv/bin/python -c "from transformers import AutoModelForCausalLM as M, AutoTokenizer as T;'
    " M.from_pretrained('{source}', dtype='auto').save_pretrained('{target}');"
    " T.from_pretrained('{source}').save_pretrained('{target}')\""
)


def weight_files(folder: Path) -> list[Path]:
    """Those that vLLM reads: the index's, where there is one, for a folder may hold the same
    weights twice (model_executor/model_loader/weight_utils.py).

    Raises OSError, ValueError or KeyError.
    """
    if (folder / INDEX).exists():
        return [folder / name for name in sorted(set(_indexed(folder).values()))]
    found = [folder / name for name in loaded_of(file.name for file in folder.iterdir())]
    if not found:
        raise ValueError(f"{folder} has no {SAFETENSORS} file")
    return found


def loaded_of(names: Iterable[str]) -> list[str]:
    """Which of a checkpoint's files are weights that vLLM reads, where no index says so."""
    found = sorted(
        name
        for name in names
        if name.endswith(SAFETENSORS) and not name.startswith(ADAPTER_WEIGHTS)
    )
    return [name for name in found if not name.startswith("consolidated")] or found


def kind_problem(names: Sequence[str], source: str) -> str:
    """What is wrong with weights of another kind, by the names of a checkpoint's files."""
    if loaded_of(names):
        return ""
    if ADAPTER in names:
        return (
            f"{source} holds only a LoRA adapter: merge it into its model, and add the folder that"
            " it is saved to."
        )
    if packed := [name for name in names if name.endswith(".gguf")]:
        return (
            f"{source} has only GGUF weights ({some(packed)}): only safetensors are loaded. Take"
            " the model that they were made from."
        )
    pickles = [n for n in names if n.endswith(PICKLES) and not n.startswith(LEFT_OVERS)]
    if not pickles:
        return ""
    target = f"{source.rpartition('/')[2]}-safetensors"
    return (
        f"{source} has only pickle weights ({some(pickles)}), which may run code and are not"
        f" loaded. Convert them, then add the folder {target}:"
        f" {CONVERT.format(source=source, target=target)}"
    )


def weights_problem(folder: Path) -> str:
    """Whether files are missing, or not whole; empty when all are there."""
    try:
        files = weight_files(folder)
    except ValueError as error:  # no weights, or an index that is no JSON
        if not (folder / INDEX).exists():
            return f"{folder} has no .safetensors file: only safetensors weights are loaded."
        return f"{folder / INDEX} cannot be read ({error}): copy it again."
    except (OSError, KeyError, AttributeError, TypeError) as error:
        return f"{folder / INDEX} cannot be read ({error!r}): copy it again."
    if absent := [file.name for file in files if not file.exists()]:
        return _lacks(folder, absent, len(files))
    if not (folder / INDEX).exists() and (absent := _uncounted([file.name for file in files])):
        return _lacks(folder, absent, len(files) + len(absent))
    if pointer := next((file for file in files if is_pointer(file)), None):
        return pointer_problem(pointer)
    cut = next((file for file in files if not _is_whole(file)), None)
    return f"{cut} is cut off or no safetensors file: copy the checkpoint again." if cut else ""


def tensors_problem(folder: Path) -> str:
    """Whether the files lack tensors that the index names. Of files that are whole."""
    if not (folder / INDEX).exists():
        return ""
    held: dict[str, set[str]] = {}
    for tensor, name in sorted(_indexed(folder).items()):
        if name not in held:
            held[name] = set(header_of(folder / name)[0])
        if tensor not in held[name]:
            return (
                f"{folder / name} lacks the tensor {tensor}, which {INDEX} names: the files are of"
                " different versions. Copy the checkpoint again."
            )
    return ""


def is_pointer(file: Path) -> bool:
    """Whether Git LFS has left a pointer in place of the file."""
    try:
        if file.stat().st_size >= POINTER_BYTES:
            return False
        return file.read_bytes().startswith(POINTER)
    except OSError:
        return False


def pointer_problem(file: Path) -> str:
    return (
        f"{file} is only a Git LFS pointer, not the file itself: run `git lfs pull` in"
        f" {file.parent}."
    )


def header_of(file: Path) -> tuple[dict[str, Any], int]:
    """What a safetensors file says of its tensors, and where their bytes begin.

    Raises OSError or ValueError.
    """
    with file.open("rb") as content:
        length = int.from_bytes(content.read(HEADER_BYTES), "little")
        if length > min(file.stat().st_size, LONGEST_HEADER):
            raise ValueError(f"{file} ends before its header does")
        header = json.loads(content.read(length))
    if not isinstance(header, dict):
        raise ValueError(f"the header of {file} is no JSON object")
    return header, HEADER_BYTES + length


def some(names: Sequence[str]) -> str:
    """The first few, and how many more."""
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(sorted(names)[:NAMED]) + more


def _indexed(folder: Path) -> dict[str, str]:
    """Names of files by tensor. Raises OSError, ValueError, KeyError, TypeError, AttributeError."""
    return dict(json.loads((folder / INDEX).read_text())["weight_map"].items())


def _lacks(folder: Path, absent: Sequence[str], count: int) -> str:
    return (
        f"{folder} lacks {len(absent)} of its {count} weight files ({some(absent)}): copy or"
        " download them."
    )


def _uncounted(names: Sequence[str]) -> list[str]:
    """Of files that say “3 of 4” in their names, those that are not there."""
    there, wanted = set(names), []
    for name in names:
        if numbered := NUMBERED.fullmatch(name):
            stem, number, of, count, suffix = numbered.groups()
            digits = len(number)
            wanted += [f"{stem}{i:0{digits}}{of}{count}{suffix}" for i in _to(count)]
    return sorted(set(wanted) - there)


def _to(count: str) -> range:
    return range(1, min(int(count), 1_000) + 1)


def _is_whole(file: Path) -> bool:
    """Whether the header parses and the file is as long as its tensors need."""
    try:
        header, begin = header_of(file)
        ends = [t["data_offsets"][1] for name, t in header.items() if name != "__metadata__"]
    except (OSError, ValueError, KeyError, TypeError, IndexError):
        return False
    return file.stat().st_size >= begin + max(ends, default=0)
