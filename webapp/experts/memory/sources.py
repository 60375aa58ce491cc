"""Where a model's shape is found: in its folder, in the hub's cache, among the published sizes."""

import json
import os
from functools import lru_cache
from pathlib import Path
from typing import Any

from webapp.experts.checkpoints import is_folder
from webapp.experts.memory.configs import text_part
from webapp.experts.memory.fits import Settings, fit
from webapp.experts.memory.places import SIZES, sold_as
from webapp.experts.memory.published import published
from webapp.experts.memory.shapes import Shape, shape_from
from webapp.experts.memory.weights import pieces_in

UNREADABLE = (
    *(OSError, ValueError, LookupError, TypeError, AttributeError),
    *(ArithmeticError, RecursionError),
)


def shape_of(source: str, revision: str = "") -> Shape | None:
    """Of a folder's path or a hub id, without the network; None: nobody knows.

    A hub id is looked for in the cache of downloads first: what is there will be loaded.
    """
    folder = folder_of(source, revision)
    found = _of_folder(folder, source) if folder else None
    return found or (None if is_folder(source) else published().get(source))


def folder_of(source: str, revision: str = "") -> Path | None:
    """Where a checkpoint's files are: the folder itself, or a download, of all or some of them."""
    if is_folder(source):
        return Path(os.path.expanduser(source))
    return _snapshot(source, revision)


def shape_in(folder: Path, name: str) -> Shape:
    """By config.json and the headers of the safetensors files. Raises one of UNREADABLE."""
    config = text_part(json.loads((folder / "config.json").read_text()))
    return shape_from(
        name,
        config,
        pieces_in(folder, config),
        origin="its own files",
        tokenizer=_json(folder / "tokenizer_config.json"),
    )


def _of_folder(folder: Path, name: str) -> Shape | None:
    try:
        return _kept(folder, name, tuple(sorted(map(_seen, folder.iterdir()))))
    except UNREADABLE:
        return None


@lru_cache(maxsize=256)
def _kept(folder: Path, name: str, seen: tuple[tuple[str, int, int], ...]) -> Shape:
    """Headers of a large model are megabytes: read once, until what was seen changes.

    What cannot be computed with is not known: a config may say anything.
    """
    shape = shape_in(folder, name)
    fit(shape, sold_as(SIZES[0]), Settings())
    return shape


def _seen(file: Path) -> tuple[str, int, int]:
    told = file.stat()
    return file.name, told.st_size, told.st_mtime_ns


def _json(file: Path) -> dict[str, Any]:
    try:
        found = json.loads(file.read_text())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _snapshot(source: str, revision: str) -> Path | None:
    """The folder of a download; there may be none, or only a part of it."""
    from huggingface_hub import try_to_load_from_cache  # a third of a second, which few need
    from huggingface_hub.errors import HFValidationError

    try:
        found = try_to_load_from_cache(source, "config.json", revision=revision or None)
    except HFValidationError:
        return None
    return Path(found).parent if isinstance(found, str) else None
