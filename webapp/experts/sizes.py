"""How many parameters a model has, as far as that is known without loading it."""

import os
import re
from dataclasses import dataclass

from webapp.experts.checkpoints import is_folder
from webapp.experts.memory.sources import shape_of

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


def size_of_checkpoint(source: str, revision: str = "") -> Size | None:
    """By its weights, or else by what it is called. Packed weights tell no number: they hold
    several parameters in one element."""
    shape = shape_of(source, revision)
    if shape and not shape.quantization:
        return Size(shape.parameters, is_counted=True)
    is_gone = is_folder(source) and not os.path.isdir(os.path.expanduser(source))
    return None if is_gone else size_of_name(source)


def size_of_name(name: str) -> Size | None:
    """By what a model is called."""
    found = _NAMED.search(name.rpartition("/")[2])
    if found is None:
        return None
    times, figure, unit = found.groups()
    return Size(int(times or 1) * float(figure) * _UNITS[unit.lower()], is_counted=False)
