"""What happens to many models on GPUs of several sizes, as a table of text."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from webapp.experts.checkpoints import placed
from webapp.experts.memory.cache import token_bytes
from webapp.experts.memory.engine import Way, rules
from webapp.experts.memory.fits import Settings, fit, gigabytes
from webapp.experts.memory.places import SIZES, Card, sold_as
from webapp.experts.memory.published import entries, published
from webapp.experts.memory.shapes import Shape
from webapp.experts.memory.sources import shape_of
from webapp.experts.presets import PAPER, TODAYS_EXPERTS, PresetExpert

BILLION = 10**9
UNVERIFIED = "*"  # after the name of a model whose published sizes nobody has checked
PLAIN = Settings()


def table(
    shapes: Iterable[Shape],
    sizes: Sequence[int] = SIZES,
    settings: Mapping[str, Settings] | None = None,
) -> list[list[str]]:
    """Cells, with a head: weights, cache for 1,000 tokens, and what happens on GPUs of these GB.

    `settings`: how a model is loaded, by the name of its shape, where not as a new expert is.
    """
    given = settings or {}
    cards = [sold_as(size) for size in sizes]
    head = ["model", "weights", "cache of 1,000 tokens", *(card.name for card in cards)]
    return [head, *(_cells(shape, cards, given.get(shape.name, PLAIN)) for shape in shapes)]


def table_of(sources: Iterable[str], sizes: Sequence[int] = SIZES) -> list[list[str]]:
    """The same for folders and hub ids. Raises ValueError where one is not known."""
    shapes = []
    for source in sources:
        if (shape := shape_of(placed(source, Path.cwd()))) is None:
            raise ValueError(f"{source}: neither a folder with a checkpoint nor known by its id")
        shapes.append(shape)
    return table(shapes, sizes)


def presets_table(presets: Iterable[PresetExpert], sizes: Sequence[int] = SIZES) -> list[list[str]]:
    """Of presets as they are loaded, by their published sizes."""
    shapes = published()
    settings = {preset.source: settings_of(preset) for preset in presets}
    return table([shapes[source] for source in settings], sizes, settings)


def papers_table(sizes: Sequence[int] = SIZES) -> list[list[str]]:
    return presets_table(PAPER.presets, sizes)


def todays_table(sizes: Sequence[int] = SIZES) -> list[list[str]]:
    return presets_table(TODAYS_EXPERTS, sizes)


def settings_of(preset: PresetExpert) -> Settings:
    return Settings(
        max_model_len=preset.max_model_len,
        quantization=preset.quantization,
        max_new_tokens=preset.max_new_tokens,
    )


def titled_tables() -> dict[str, list[list[str]]]:
    """What is printed when no model is named."""
    return {
        PAPER.title: papers_table(),
        "Experts of today": todays_table(),
    }


def sources_table() -> list[list[str]]:
    """Cells, with a head: where the published sizes are from."""
    head = ["model", "parameters", "read in", "on"]
    return [head, *(_source(entry) for entry in entries())]


def as_text(cells: Sequence[Sequence[str]]) -> str:
    """In columns, for a terminal."""
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = (
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in cells
    )
    return "\n".join(lines)


def as_markdown(cells: Sequence[Sequence[str]]) -> str:
    escaped = ([cell.replace("|", r"\|") for cell in row] for row in cells)
    head, *rest = (f"| {' | '.join(row)} |" for row in escaped)
    return "\n".join([head, "|" + "---|" * len(cells[0]), *rest])


def per_thousand(bytes_of_one: int) -> str:
    """Cache of 1,000 tokens."""
    return gigabytes(1_000 * bytes_of_one)


def _cells(shape: Shape, cards: Sequence[Card], settings: Settings) -> list[str]:
    fits = [fit(shape, card, settings) for card in cards]
    name = _marked(shape.name, is_verified=shape.is_verified)
    name += f", {settings.quantization}" if settings.quantization else ""
    weights = fits[-1].weight_bytes or shape.weight_bytes()
    one = token_bytes(shape.layers, rules(shape, cards[0], Way("bfloat16", gpus=settings.gpus)))
    return [name, gigabytes(weights), per_thousand(one), *(f.short for f in fits)]


def _source(entry: Mapping[str, Any]) -> list[str]:
    name = _marked(entry["id"], is_verified=entry["verified"])
    said = " ".join(filter(None, [f"{entry['source']}.", entry.get("note")]))
    return [name, f"{entry['parameters'] / BILLION:.2f} billion", said, entry["date"]]


def _marked(name: str, *, is_verified: bool) -> str:
    return name if is_verified else f"{name} {UNVERIFIED}"
