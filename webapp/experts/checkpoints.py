"""Where a checkpoint is, and whether it can be loaded at all: without the GPU, in milliseconds.

What more is looked at when an expert is added: webapp.experts.checks.
"""

import json
import os
from pathlib import Path

from webapp.experts.weight_files import is_pointer, kind_problem, pointer_problem, weights_problem

FOLDERS = ("/", "./", "../", "~")  # what a path begins with, and no hub id does
TOKENIZERS = ("tokenizer.json", "tokenizer.model", "tokenizer_config.json", "vocab.json")


def is_folder(source: str) -> bool:
    """Whether a checkpoint's source is a path; otherwise it is a hub id."""
    return source.startswith(FOLDERS)


def placed(source: str, base: Path) -> str:
    """A source as it is stored: a folder by its absolute path, a hub id as it is.

    A folder is what is written as a path, and what is there, seen from `base`.
    """
    if is_folder(source) or os.path.isdir(base / source):
        return os.path.abspath(base / os.path.expanduser(source))
    return source


def doubt(given: str, stored: str) -> str:
    """What to say of a source that may be either: it reads like a hub id, and is a folder here."""
    if is_folder(given) or not is_folder(stored) or given.count("/") > 1:
        return ""
    return (
        f"{given} is a folder here, so it is taken as {stored} and not as the hub's model of that"
        " name: to have that one, move the folder away first."
    )


def checkpoint_problem(source: str) -> str:
    """What is wrong with the folder, and what to do; empty when nothing is."""
    folder = Path(os.path.expanduser(source))
    if os.path.isfile(folder):
        return f"{folder} is a file: give the folder that it is in."
    if not os.path.isdir(folder):
        return f"There is no folder {folder}: correct the path, or copy the checkpoint there."
    try:
        names = os.listdir(folder)
    except OSError as error:
        return f"{folder} cannot be read ({error.strerror}): let the product's user read it."
    return (
        kind_problem(names, str(folder))
        or _config_problem(folder)
        or _tokenizer_problem(folder)
        or weights_problem(folder)
    )


def _config_problem(folder: Path) -> str:
    if is_pointer(folder / "config.json"):
        return pointer_problem(folder / "config.json")
    try:
        json.loads((folder / "config.json").read_text())
    except (OSError, ValueError) as error:
        return f"{folder} has no readable config.json ({error}): is it a Hugging Face checkpoint?"
    return ""


def _tokenizer_problem(folder: Path) -> str:
    there = [folder / name for name in TOKENIZERS if (folder / name).exists()]
    if not there:
        return f"{folder} has no tokenizer: copy the tokenizer's files there too."
    return next((pointer_problem(file) for file in there if is_pointer(file)), "")
