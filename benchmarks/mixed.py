"""Mixed question sets, where routing can pay: one table of all recordings there are of them.

Of FOLDER/llmrouter9 (scores, so one seat) ten random splits; of FOLDER/zeroeval its own validation
and test questions. Each with the categories of all questions, of validation questions alone, and of
none. Reads test answers: a look that docs/method-log.md has to mention.
"""

import argparse
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from moe_core.comparators.registry import COMPARATORS
from moe_core.replay.comparison import compare
from moe_core.replay.curves import curves, spent
from moe_core.replay.measures import measured, rounded
from moe_core.replay.prepared import prepare
from moe_core.replay.recording import Recording, read_recording
from moe_core.replay.splits import (
    CATEGORIES,
    Mean,
    played_splits,
    remembering,
    table,
    with_categories,
)
from moe_core.replay.ways import ORACLE
from moe_core.skills import Embedder

RESULT = Path(__file__).resolve().parent / "results" / "replay_mixed.json"
SPLITS, VALIDATION, SEATS, SEEDS = 10, 350, 3, 5  # seeds: of methods that draw
ONE_SEAT = ("single", "domain-top-k", "ours-without-domains", "ours")
VOTED = (*ONE_SEAT[:1], "task-top-k", "task-top-k-calibrated", *ONE_SEAT[1:], "ours-weighted")
# They read no category, so that they are played once: where there are none.
ELSEWHERE = (*COMPARATORS, ORACLE)
VOTED_ELSEWHERE = ("paper", "paper-top-k", "majority-all", "more", "more-all", *ELSEWHERE)
SAMPLES = 1000  # of the bootstrap
Rows = Mapping[str, Mapping[str, Mean]]
TITLES = {
    "all": "all categories known",
    "validation": "the test's categories guessed",
    "none": "no categories: clusters",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, required=True, help="with recorded mixed sets")
    parser.add_argument(
        "--categories",
        choices=CATEGORIES,
        action="append",
        help="whose categories are read, of the replay command; the other tables stay as they are",
    )
    options = parser.parse_args()
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    from moe_core.embedder import embed

    found: dict[str, Any] = json.loads(RESULT.read_text()) if options.categories else {}
    wanted = options.categories or CATEGORIES
    for title, rows in tables(options.folder, wanted, remembering(embed)):
        found[title] = {name: rounded(row) for name, row in rows.items()}
        print(f"\n{title}; in %, points over others, ± one standard error")
        print("\n".join(table(rows)), flush=True)
    RESULT.write_text(json.dumps(found, indent=2) + "\n")


def tables(folder: Path, wanted: Sequence[str], embed: Embedder) -> Iterator[tuple[str, Rows]]:
    """Each table's title and rows."""
    if (of := folder / "llmrouter9").is_dir():
        recording = read_recording(of / "questions.jsonl", of / "scores.parquet")
        for categories in wanted:
            names = [*ONE_SEAT, *(ELSEWHERE if categories == "none" else ())]
            draws = played_splits(
                *(recording, names, SPLITS, VALIDATION, categories, embed),
                *(1, 1, False),
            )
            yield f"llmrouter9, one seat, {SPLITS} splits, {TITLES[categories]}", measured(draws)
    if (of := folder / "zeroeval").is_dir():
        validation, test = (
            read_recording(of / f"questions_{half}.jsonl", of / f"responses_{half}.parquet")
            for half in ("validation", "test")
        )
        for categories in wanted:
            yield from _of_halves(validation, test, categories, embed)


def _of_halves(
    validation: Recording, test: Recording, categories: str, embed: Embedder
) -> Iterator[tuple[str, Rows]]:
    validation, test = with_categories(categories, validation, test)
    prepared = prepare(validation, test, embed)
    names = [*VOTED, *(VOTED_ELSEWHERE if categories == "none" else ())]
    played = compare(names, prepared, test, SEATS, SEEDS, False)
    yield f"ZeroEval, {SEATS} seats, {TITLES[categories]}", measured([played])
    if categories == "none":
        title = "ZeroEval, one seat, accuracy against characters"
        yield title, spent(curves(prepared, validation, test), SAMPLES)


if __name__ == "__main__":
    main()
