"""A recording drawn into validation and test questions several times; what came of all draws."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from moe_core.errors import RecordingError
from moe_core.evidence import Floats, Vectors
from moe_core.replay.comparison import Comparison, compare
from moe_core.replay.prepared import Prepared, prepare
from moe_core.replay.recording import Recording
from moe_core.skills import Embedder

CATEGORIES = ("all", "validation", "none")  # of which questions they are read
AGAINST = ("single", "task-top-k", "ours-without-domains", "ours")

Outcomes = Mapping[str, Floats]  # method → (n,) of one draw: 1 right, 0 not, or between


@dataclass(frozen=True)
class Mean:
    """Percent, percentage points or a count, with its standard error.

    The error is that of the questions answered and, of several draws, of the draws' differences:
    draws share most questions, so that either alone would be too small.
    """

    value: float
    error: float


def played_splits(
    recording: Recording,
    names: Sequence[str],
    splits: int,
    validation: int,
    categories: str,
    embed: Embedder,
    k: int,
    seeds: int,
    trimmed: bool,
) -> list[Comparison]:
    """The methods called `names`, on each of so many random splits. See `compare`."""
    return [
        compare(names, prepared, asked, k, seeds, trimmed)
        for prepared, asked in prepared_splits(recording, splits, validation, categories, embed)
    ]


def prepared_splits(
    recording: Recording, splits: int, validation: int, categories: str, embed: Embedder
) -> Iterator[tuple[Prepared, Recording]]:
    """A profile of each split's validation questions, and its questions to be answered."""
    remembered = remembering(embed)
    for known, asked in drawn(recording, validation, splits):
        known, asked = with_categories(categories, known, asked)
        yield prepare(known, asked, remembered), asked


def drawn(
    recording: Recording, validation: int, splits: int
) -> Iterator[tuple[Recording, Recording]]:
    """Each split: `validation` questions at random, and all others.

    Raises RecordingError where no question would be left to answer.
    """
    size = len(recording.questions)
    if validation >= size:
        raise RecordingError(
            f"{validation} validation questions leave none of {size} to answer: give a smaller"
            " number with --validation"
        )
    for seed in range(splits):
        order = np.random.default_rng(seed).permutation(size).tolist()
        yield recording.at(order[:validation]), recording.at(order[validation:])


def with_categories(
    categories: str, validation: Recording, test: Recording
) -> tuple[Recording, Recording]:
    """Both, with those categories alone that may be read: one of CATEGORIES."""
    if categories == "none":
        validation = validation.without_categories()
    return validation, test if categories == "all" else test.without_categories()


def summary(draws: Sequence[Outcomes]) -> dict[str, dict[str, Mean]]:
    """Per method: "right", in percent, and points "over" each of AGAINST that was played."""
    others = [other for other in AGAINST if other in draws[0]]
    return {
        name: {"right": mean_of([of[name] for of in draws], 100)}
        | {
            f"over {other}": mean_of([of[name] - of[other] for of in draws], 100)
            for other in others
            if other != name
        }
        for name in draws[0]
    }


def table(found: Mapping[str, Mapping[str, Mean]]) -> Iterator[str]:
    """The lines of a summary."""
    columns = list(dict.fromkeys(column for row in found.values() for column in row))
    widths = [max(len(column), 14) + 2 for column in columns]
    heads = [f"{column:>{width}}" for column, width in zip(columns, widths, strict=True)]
    yield f"{'method':<32}" + "".join(heads)
    for name, row in found.items():
        cells = [_told(column, row.get(column)) for column in columns]
        padded = [f"{cell:>{width}}" for cell, width in zip(cells, widths, strict=True)]
        yield f"{name:<32}" + "".join(padded)


def _told(column: str, mean: Mean | None) -> str:
    if mean is None:
        return ""
    sign = "+" if column.startswith("over") else ""
    places = 0 if abs(mean.value) >= 200 else 2
    return f"{mean.value:{sign}.{places}f} ± {mean.error:.{places}f}"


def mean_of(draws: Sequence[Floats], scale: float) -> Mean:
    """Of one figure per question and draw, times `scale`."""
    means = np.array([scale * values.mean() for values in draws])
    questions = np.mean([scale**2 * values.var() / len(values) for values in draws])
    between = means.var(ddof=1) / len(means) if len(means) > 1 else 0.0
    return Mean(float(means.mean()), float(np.sqrt(questions + between)))


def remembering(embed: Embedder) -> Embedder:
    """Each text is embedded once, however many draws it is in."""
    kept: dict[str, Vectors] = {}

    def remembered(texts: Sequence[str]) -> Vectors:
        new = list(dict.fromkeys(text for text in texts if text not in kept))
        if new:
            kept.update(zip(new, embed(new), strict=True))
        return np.stack([kept[text] for text in texts])

    return remembered
