"""Whether a local checkpoint can be loaded at all, found without the GPU and in milliseconds."""

import json
from pathlib import Path
from typing import Any

FOLDERS = ("/", "./", "../", "~")  # what a path begins with, and no hub id does
LONGEST_HEADER = 100 * 1024**2  # bytes, as the format's own library has it
HEADER_BYTES = 8  # a safetensors file starts with the length of its JSON header
TOKENIZERS = ("tokenizer.json", "tokenizer.model", "tokenizer_config.json", "vocab.json")


def is_folder(source: str) -> bool:
    """Whether a checkpoint's source is a path; otherwise it is a hub id."""
    return source.startswith(FOLDERS)


def checkpoint_problem(source: str) -> str:
    """What is wrong with the folder, and what to do; empty when nothing is."""
    folder = Path(source).expanduser()
    if not folder.is_dir():
        return f"There is no folder {folder}: correct the path, or copy the checkpoint there."
    try:
        json.loads((folder / "config.json").read_text())
    except (OSError, ValueError) as error:
        return f"{folder} has no readable config.json ({error}): is it a Hugging Face checkpoint?"
    if not any((folder / name).exists() for name in TOKENIZERS):
        return f"{folder} has no tokenizer: copy the tokenizer's files there too."
    weights = sorted(folder.glob("*.safetensors"))
    if not weights:
        return f"{folder} has no .safetensors file: only safetensors weights are loaded."
    cut = next((file for file in weights if not _is_whole(file)), None)
    return f"{cut} is cut off or no safetensors file: copy the checkpoint again." if cut else ""


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


def _is_whole(file: Path) -> bool:
    """Whether the header parses and the file is as long as its tensors need."""
    try:
        header, begin = header_of(file)
        ends = [t["data_offsets"][1] for name, t in header.items() if name != "__metadata__"]
    except (OSError, ValueError, KeyError, TypeError, IndexError):
        return False
    return file.stat().st_size >= begin + max(ends, default=0)
