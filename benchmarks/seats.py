"""Mixed question sets with fewer seats, more, and as many as a question needs.

Of FOLDER/zeroeval its own validation and test questions, and random splits of both together; with
all its experts, and with the small ones. Reads test answers: a look that docs/method-log.md has to
mention.
"""

import argparse
import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from moe_core.replay import seats
from moe_core.replay.prepared import Prepared, prepare
from moe_core.replay.recording import Recording, read_recording
from moe_core.replay.splits import prepared_splits, remembering
from moe_core.skills import Embedder

RESULT = Path(__file__).resolve().parent / "results" / "replay_seats.json"
METHODS, MOST = ("ours-joint", "ours-weighted"), 5
SPLITS, VALIDATION = 4, 350
SMALL = (  # the smallest eight, of 2 to 27 billion parameters
    *("Meta-Llama-3-8B-Instruct", "Meta-Llama-3.1-8B-Instruct", "Phi-3.5-mini-instruct"),
    *("Qwen2-7B-Instruct", "Yi-1.5-9B-Chat", "gemma-2-2b-it", "gemma-2-9b-it", "gemma-2-27b-it"),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, required=True, help="with recorded mixed sets")
    folder: Path = parser.parse_args().folder
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    from moe_core.embedder import embed

    found = {}
    for title, points in curves(folder / "zeroeval", remembering(embed)):
        found[title] = [point.figures for point in points]
        print(f"\n{title}; seats asked on average, right in %, points over others, ± one")
        print("standard error\n" + "\n".join(seats.table(points)), flush=True)
        RESULT.write_text(json.dumps(found, indent=2) + "\n")


def curves(folder: Path, embed: Embedder) -> Iterator[tuple[str, list[seats.Point]]]:
    """What each curve is of, and its points."""
    validation, test = (
        read_recording(folder / f"questions_{half}.jsonl", folder / f"responses_{half}.parquet")
        for half in ("validation", "test")
    )
    for title, models in (("all 16 experts", test.models), ("the 8 small experts", SMALL)):
        known, asked = validation.of(models), test.of(models)
        yield f"ZeroEval, {title}", _points([(prepare(known, asked, embed), asked)])
        splits = prepared_splits(known.joined(asked), SPLITS, VALIDATION, "all", embed)
        yield f"ZeroEval, {title}, {SPLITS} random splits", _points(splits)


def _points(splits: Iterable[tuple[Prepared, Recording]]) -> list[seats.Point]:
    return seats.points([seats.played(METHODS, *split, MOST) for split in splits])


if __name__ == "__main__":
    main()
