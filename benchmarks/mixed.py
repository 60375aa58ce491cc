"""Mixed question sets, where routing can pay: one table of all recordings there are of them.

Of FOLDER/llmrouter9 (scores, so one seat) ten random splits; of FOLDER/zeroeval its own validation
and test questions. Each with the categories of all questions, of validation questions alone, and of
none. Then ZeroEval with fewer seats and more, on all its experts and on the small ones: on its own
validation and test questions, and on random splits of both together. Reads test answers: a look
that docs/method-log.md has to mention.
"""

import argparse
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from moe_core.replay import curve
from moe_core.replay.comparison import compare
from moe_core.replay.prepared import Prepared, prepare
from moe_core.replay.recording import Recording, read_recording
from moe_core.replay.splits import (
    CATEGORIES,
    Mean,
    Outcomes,
    played_splits,
    prepared_splits,
    remembering,
    summary,
    table,
    with_categories,
)
from moe_core.skills import Embedder

RESULT = Path(__file__).resolve().parent / "results" / "replay_mixed.json"
SPLITS, VALIDATION, SEATS = 10, 350, 3
ONE_SEAT = ("single", "domain-top-k", "ours-without-domains", "ours")
VOTED = (*ONE_SEAT[:1], "task-top-k", "task-top-k-calibrated", *ONE_SEAT[1:], "ours-weighted")
CURVE, MOST, CURVE_SPLITS = ("ours-joint", "ours-weighted"), 5, 4
SMALL = (  # the smallest eight, of 2 to 27 billion parameters
    *("Meta-Llama-3-8B-Instruct", "Meta-Llama-3.1-8B-Instruct", "Phi-3.5-mini-instruct"),
    *("Qwen2-7B-Instruct", "Yi-1.5-9B-Chat", "gemma-2-2b-it", "gemma-2-9b-it", "gemma-2-27b-it"),
)
TITLES = {
    "all": "all categories known",
    "validation": "the test's categories guessed",
    "none": "no categories: clusters",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, required=True, help="with recorded mixed sets")
    folder: Path = parser.parse_args().folder
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    from moe_core.embedder import embed

    found: dict[str, Any] = {}
    for title, draws in played(folder, remembering(embed)):
        rows = summary(draws)
        found[title] = {name: figures(row) for name, row in rows.items()}
        print(f"\n{title}; right in %, points over others, ± one standard error")
        print("\n".join(table(rows)), flush=True)
    for title, points in curves(folder, remembering(embed)):
        found[title] = [point.figures for point in points]
        print(f"\n{title}; seats asked on average, right in %, points, ± one standard error")
        print("\n".join(curve.table(points)), flush=True)
    RESULT.write_text(json.dumps(found, indent=2) + "\n")


def figures(row: Mapping[str, Mean]) -> dict[str, list[float]]:
    return {column: [round(mean.value, 2), round(mean.error, 2)] for column, mean in row.items()}


def played(folder: Path, embed: Embedder) -> Iterator[tuple[str, list[Outcomes]]]:
    """Each part of the table: what it is of, and its outcomes."""
    if (of := folder / "llmrouter9").is_dir():
        recording = read_recording(of / "questions.jsonl", of / "scores.parquet")
        for categories in CATEGORIES:
            yield (
                f"llmrouter9, one seat, {SPLITS} splits, {TITLES[categories]}",
                played_splits(
                    *(recording, ONE_SEAT, SPLITS, VALIDATION, categories, embed),
                    *(1, 1, False),
                ),
            )
    if (of := folder / "zeroeval").is_dir():
        halves = _halves(of)
        for categories in CATEGORIES:
            yield (
                f"ZeroEval, {SEATS} seats, {TITLES[categories]}",
                [_once(*with_categories(categories, *halves), embed)],
            )


def curves(folder: Path, embed: Embedder) -> Iterator[tuple[str, list[curve.Point]]]:
    """Accuracy against generations: what it is of, and its points."""
    if not (of := folder / "zeroeval").is_dir():
        return
    validation, test = _halves(of)
    small = [model for model in test.models if model in SMALL]
    for title, models in (("16 experts", test.models), ("its 8 small experts", small)):
        known, asked = validation.of(models), test.of(models)
        own = [(prepare(known, asked, embed), asked)]
        yield f"ZeroEval, {title}", _points(own)
        splits = prepared_splits(known.joined(asked), CURVE_SPLITS, VALIDATION, "all", embed)
        yield f"ZeroEval, {title}, {CURVE_SPLITS} splits", _points(splits)


def _points(splits: Iterable[tuple[Prepared, Recording]]) -> list[curve.Point]:
    return curve.points([curve.played(CURVE, *split, MOST) for split in splits])


def _halves(folder: Path) -> tuple[Recording, Recording]:
    validation, test = (
        read_recording(folder / f"questions_{half}.jsonl", folder / f"responses_{half}.parquet")
        for half in ("validation", "test")
    )
    return validation, test


def _once(validation: Recording, test: Recording, embed: Embedder) -> Outcomes:
    prepared = prepare(validation, test, embed)
    return compare(VOTED, prepared, test, SEATS, 1, False).outcomes()


if __name__ == "__main__":
    main()
