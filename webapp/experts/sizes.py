"""How many parameters a model has, as far as that is known without loading it."""

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from math import prod
from pathlib import Path

from webapp.experts.checkpoints import header_of

# "Qwen2.5-7B-Instruct", "tiny-350M", "Mixtral-8x7B"; of two, as in "30B-A3B", the first is all.
_NAMED = re.compile(r"(?<![a-z0-9.])(?:(\d+)x)?(\d+(?:\.\d+)?)([bm])(?![a-z0-9])", re.IGNORECASE)
_UNITS = {"b": 1e9, "m": 1e6}


@dataclass(frozen=True)
class Size:
    """Parameters; `is_counted` tells those of the weights from those that a name promises."""

    parameters: float
    is_counted: bool

    def __str__(self) -> str:
        for unit, name in ((1e9, "B"), (1e6, "M"), (1e3, "k")):
            if self.parameters >= unit:
                figure = self.parameters / unit
                decimals = 1 if figure < 100 and figure != int(figure) else 0
                return f"{'' if self.is_counted else 'about '}{figure:.{decimals}f} {name}"
        return f"{self.parameters:.0f}"


def size_of(source: str, *, is_local: bool) -> Size | None:
    """By the headers of a folder's weights, or else by what the model is called."""
    if is_local:
        folder = Path(source).expanduser()
        try:
            changed = folder.stat().st_mtime_ns
        except OSError:
            return None
        if counted := _counted(folder, changed):
            return Size(counted, is_counted=True)
        source = folder.name
    found = _NAMED.search(source.rpartition("/")[2])
    if found is None:
        return None
    times, figure, unit = found.groups()
    return Size(int(times or 1) * float(figure) * _UNITS[unit.lower()], is_counted=False)


@lru_cache(maxsize=256)
def _counted(folder: Path, changed: int) -> int:
    """0 where the headers do not tell: packed weights hold several parameters in one element."""
    try:
        config = json.loads((folder / "config.json").read_text())
    except (OSError, ValueError):
        return 0
    if not isinstance(config, dict) or "quantization_config" in config:
        return 0
    try:
        return sum(
            prod(tensor["shape"])
            for file in folder.glob("*.safetensors")
            for name, tensor in header_of(file)[0].items()
            if name != "__metadata__"
        )
    except (OSError, ValueError, KeyError, TypeError):
        return 0
