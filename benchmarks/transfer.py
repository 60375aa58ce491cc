"""Profiles made on one set of questions and used on another: MMLU-Pro's categories in halves."""

import json
from pathlib import Path
from typing import Any

from moe_core.embedder import embed
from moe_core.replay.comparison import compare
from moe_core.replay.prepared import prepare
from moe_core.replay.recording import Recording, read_recording

METHODS = ["single", "task-top-k", "paper", "paper-top-k", "ours", "ours-weighted"]
K, SEEDS, SAMPLES = 3, 5, 1000


def transfer(folder: Path) -> dict[str, Any]:
    """Accuracy in percent of each method, by which half the profile and the questions are of.

    `same`: both of one half; `other`: the profile of the other half. Both halves together.
    """
    sets = {
        kind: read_recording(
            folder / f"mmlu_pro_{kind}.jsonl", folder / f"responses_{kind}.parquet"
        )
        for kind in ("validation", "test")
    }
    categories = {kind: _categories(folder / f"mmlu_pro_{kind}.jsonl") for kind in sets}
    every_other = sorted(set(categories["validation"]))[::2]
    found: dict[str, dict[str, float]] = {"same": {}, "other": {}}
    for half in (True, False):
        test = _only(sets["test"], [(c in every_other) is half for c in categories["test"]])
        share = len(test.questions) / len(sets["test"].questions)
        for which in found:
            from_half = half if which == "same" else not half
            chosen = [(c in every_other) is from_half for c in categories["validation"]]
            prepared = prepare(_only(sets["validation"], chosen), test, embed)
            figures = compare(METHODS, prepared, test, K, SEEDS, False).figures(SAMPLES)
            for name, of in figures.items():
                so_far = found[which].get(name, 0.0)
                found[which][name] = round(so_far + share * of["accuracy"], 2)
    return {"transfer": found}


def _categories(path: Path) -> list[str]:
    return [json.loads(line)["category"] for line in path.read_text().splitlines()]


def _only(recording: Recording, chosen: list[bool]) -> Recording:
    rows = [row for row, taken in enumerate(chosen) if taken]
    return Recording(
        [recording.ids[row] for row in rows],
        [recording.questions[row] for row in rows],
        recording.models,
        [recording.responses[row] for row in rows],
    )
