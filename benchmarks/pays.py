"""Does routing pay? What the product would say of recorded pools, by their validation questions.

Reads no test question. Prints the sentence, the ways to answer and the CPU seconds that finding
them took, fits included.
"""

import argparse
import json
import os
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from moe_core.best import Best, best_for
from moe_core.crossing import Candidate
from moe_core.estimates import ANCHORS, Estimate
from moe_core.replay.prepared import prepare
from moe_core.replay.recording import read_recording

RESULT = Path(__file__).resolve().parent / "results" / "pays.json"
FILES = {  # folder or its part → questions and responses
    "MMLU-Pro": ("mmlu_pro_validation.jsonl", "responses_validation.parquet"),
    "ZeroEval": ("zeroeval/questions_validation.jsonl", "zeroeval/responses_validation.parquet"),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, nargs="+", required=True, help="with recordings")
    folders: list[Path] = parser.parse_args().folder
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    from moe_core.embedder import embed

    told: dict[str, Any] = {}
    for name, files in FILES.items():
        for folder in folders:
            paths = [folder / file for file in files]
            if not all(path.exists() for path in paths):
                continue
            recording = read_recording(*paths)
            evidence = prepare(recording, recording, embed).profile.observed
            for title, domains in (("", evidence.domains), (", without domains", None)):
                began = time.process_time()
                found = best_for(replace(evidence, domains=domains))
                seconds = time.process_time() - began
                told[name + title] = result(found) | {"cpu_seconds": round(seconds, 1)}
                print(f"\n{name}{title}, {found.questions} questions, {seconds:.0f} s of CPU")
                print(found.answer.text, f"Best: {found.best.candidate.title}.")
                print("\n".join(map(row, found.estimates)), flush=True)
    RESULT.write_text(json.dumps(told, indent=2) + "\n")


def result(found: Best) -> dict[str, Any]:
    return {
        "answer": found.answer.text,
        "best": found.best.candidate.name,
        "cheapest": found.cheapest.candidate.name,
        "ways": {of.candidate.name: row(of) for of in found.estimates},
    }


def row(of: Estimate) -> str:
    candidate: Candidate = of.candidate
    over = [
        f"{of.over[name].points:+.1f} ± {of.over[name].half:.1f}" if name in of.over else ""
        for name in ANCHORS
    ]
    looks = ""
    if of.looks:
        change = of.looks.change
        looks = f"  looks {change.difference:+.1f} ({change.low:+.1f} to {change.high:+.1f})"
    return (
        f"{candidate.name:<14} {of.accuracy:5.1f} %  {of.seats:.2f} responses"
        f"  over single {over[0]:<12} over three {over[1]:<12}{looks}"
    )


if __name__ == "__main__":
    main()
