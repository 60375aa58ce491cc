"""What is known of a model without loading it: licence, parameters, context, its files."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from moe_core.engine import SAMPLING
from webapp.experts.checkpoints import is_folder
from webapp.experts.checks.hub_words import is_offline
from webapp.experts.checks.settings import config_in, json_in, longest
from webapp.experts.engines import VLLM
from webapp.experts.licences import licence_in
from webapp.experts.memory.sources import folder_of, shape_of
from webapp.experts.models import Expert
from webapp.experts.sizes import Size, size_of_checkpoint, size_of_name


@dataclass(frozen=True)
class Facts:
    licence: str = ""  # empty: not known
    size: Size | None = None
    context: int = 0  # tokens that the model was made for; 0: not known
    files: str = ""  # what to know of them
    asks: Mapping[str, float] = field(default_factory=dict)  # how its makers have it sampled


def facts_of(expert: Expert) -> Facts:
    """By the files that are here, or the sizes that were published. Of an endpoint's or a recorded
    model there is only the name."""
    if expert.engine != VLLM.name:
        return Facts(size=size_of_name(expert.source))
    folder = folder_of(expert.source, expert.revision)
    is_here = folder is not None and os.path.isdir(folder)
    return Facts(
        licence=licence_in(folder) if folder and is_here else "",
        size=size_of_checkpoint(expert.source, expert.revision),
        context=longest(config_in(folder), folder) if folder and is_here else _published(expert),
        files=_files(expert, is_here),
        asks=asked_by(folder) if folder and is_here else {},
    )


def asked_by(folder: Path) -> dict[str, float]:
    """What a checkpoint's generation_config says of sampling, which counts where an expert does
    not say otherwise."""
    said = json_in(folder / "generation_config.json")
    found = {name: said.get(name) for name in ("temperature", *SAMPLING)}
    return {name: value for name, value in found.items() if isinstance(value, int | float)}


def _published(expert: Expert) -> int:
    shape = shape_of(expert.source, expert.revision)
    return shape.longest if shape else 0


def _files(expert: Expert, is_here: bool) -> str:
    if is_folder(expert.source):
        return "" if is_here else "not here: the folder is gone"
    if is_here:
        return "in the hub's cache, all or some of them; the rest is downloaded with the next load"
    if is_offline():
        return (
            "not in the hub's cache, and HF_HUB_OFFLINE forbids to download them: run"
            f" `hf download {expert.source}` where there is a network"
        )
    return "downloaded from the hub when it first loads"
