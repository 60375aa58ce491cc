"""Mixed question sets, where routing can pay: one table of all recordings there are of them.

Of FOLDER/llmrouter9 (scores, so one seat) ten random splits; of FOLDER/zeroeval its own validation
and test questions. Each with the categories of all questions, of validation questions alone, and of
none. Reads test answers: a look that docs/method-log.md has to mention.
"""

import argparse
import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from moe_core.replay.comparison import compare
from moe_core.replay.prepared import prepare
from moe_core.replay.recording import Recording, read_recording
from moe_core.replay.splits import (
    CATEGORIES,
    Mean,
    Outcomes,
    played_splits,
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
        halves = [
            read_recording(of / f"questions_{half}.jsonl", of / f"responses_{half}.parquet")
            for half in ("validation", "test")
        ]
        for categories in CATEGORIES:
            yield (
                f"ZeroEval, {SEATS} seats, {TITLES[categories]}",
                [_once(*with_categories(categories, halves[0], halves[1]), embed)],
            )


def _once(validation: Recording, test: Recording, embed: Embedder) -> Outcomes:
    prepared = prepare(validation, test, embed)
    return compare(VOTED, prepared, test, SEATS, 1, False).outcomes()


if __name__ == "__main__":
    main()
