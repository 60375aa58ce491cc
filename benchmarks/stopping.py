"""What stopping rules spare, in one pass over the experts, the strongest first.

Of recorded MMLU-Pro and of ZeroEval, where their folders are given: generations per question and
whether the answers are those of every seat, with the lossless rule; right answers and generations
until two ahead. The test's categories are guessed. Reads test answers: a look that
docs/method-log.md has to mention.
"""

import argparse
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from moe_core.replay.playing import Seats, play
from moe_core.replay.prepared import Prepared, prepare
from moe_core.replay.recording import Recording, read_recording
from moe_core.replay.splits import with_categories
from moe_core.replay.ways import WAYS
from moe_core.stopping import ALL, LOSSLESS, TWO_AHEAD

RESULT = Path(__file__).resolve().parent / "results" / "stopping.json"
SEATS, MOST = 3, (5, 8)
LOSSLESS_WAYS = ("task-top-k", "ours-weighted", "ours", "majority-all")
AHEAD_WAYS = ("task-top-k", "ours")
FILES = {  # of a folder: validation questions and responses, test questions and responses
    "MMLU-Pro": ("mmlu_pro_validation.jsonl", "responses_validation.parquet",
                 "mmlu_pro_test.jsonl", "responses_test.parquet"),
    "ZeroEval": ("questions_validation.jsonl", "responses_validation.parquet",
                 "questions_test.jsonl", "responses_test.parquet"),
}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mmlu-pro", type=Path, help="folder of its recorded responses")
    parser.add_argument("--zeroeval", type=Path, help="folder of its recorded responses")
    options = parser.parse_args()
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    from moe_core.embedder import embed

    found: dict[str, Any] = json.loads(RESULT.read_text())  # of what is not given, as it was
    for title, folder in (("MMLU-Pro", options.mmlu_pro), ("ZeroEval", options.zeroeval)):
        if folder is None:
            continue
        known, known_said, asked, said = (folder / name for name in FILES[title])
        validation, test = read_recording(known, known_said), read_recording(asked, said)
        models = [model for model in validation.models if model in test.models]
        validation, test = with_categories("validation", validation.of(models), test.of(models))
        found[title] = dict(rows(prepare(validation, test, embed), test))
        print(f"\n{title}: {len(test.questions)} questions, {len(models)} experts")
        for name, row in found[title].items():
            print(f"{name:<44}{json.dumps(row)}", flush=True)
    RESULT.write_text(json.dumps(found, indent=2) + "\n")


def rows(prepared: Prepared, test: Recording) -> Iterator[tuple[str, dict[str, Any]]]:
    for name in LOSSLESS_WAYS:
        whole = play(WAYS[name], prepared, test, SEATS, 1, False, ALL)
        spared = play(WAYS[name], prepared, test, SEATS, 1, False, LOSSLESS)
        yield (
            f"{name}, lossless",
            {
                "asked": round(_mean(spared.asked), 3),
                "of": round(_mean(whole.asked), 3),
                "fewer_percent": round(100 * (1 - _mean(spared.asked) / _mean(whole.asked)), 1),
                "same_answers": spared.same,
                "right": _percent(whole.right),
            },
        )
    for name in AHEAD_WAYS:
        three = play(WAYS[name], prepared, test, SEATS, 1, False, ALL)
        for most in MOST:
            ahead = play(WAYS[name], prepared, test, most, 1, False, TWO_AHEAD)
            gained = 100 * (ahead.right - three.right)[test.graded]
            yield (
                f"{name}, until two ahead, at most {most}",
                {
                    "asked": round(_mean(ahead.asked), 3),
                    "right": _percent(ahead.right),
                    "over_three": round(float(gained.mean()), 2),
                    "error": round(float(gained.std() / np.sqrt(len(gained))), 2),
                },
            )


def _mean(teams: Seats) -> float:
    return float(np.mean([len(team) for team in teams]))


def _percent(right: Any) -> float:
    return round(100 * float(np.nanmean(right)), 2)


if __name__ == "__main__":
    main()
