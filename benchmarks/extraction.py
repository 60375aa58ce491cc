"""Extraction on recorded responses of real LLMs: agreement with the letters that were published.

Where the publishers found no answer, how many are found, and how many of these are right: on
validation questions only, beside what guessing among the options would give.
"""

import argparse
import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from moe_core.extraction import extract

RESULT = Path(__file__).resolve().parents[1] / "benchmarks" / "results" / "extraction.json"
HALVES = ("validation", "test")
ALL = "all"


@dataclass(frozen=True)
class Recorded:
    """One recorded response; `published` is the letter that its publishers extracted."""

    model: str
    text: str
    options: list[str]
    gold: str
    published: str | None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, required=True, help="with responses_*.parquet")
    folder: Path = parser.parse_args().folder
    found = {half: measure(folder, half) for half in HALVES}
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(found, indent=2) + "\n")
    for half, models in found.items():
        print(f"{half}:")
        for model, row in models.items():
            print(f"  {model:<40}", "  ".join(f"{name} {value}" for name, value in row.items()))


def responses(folder: Path, half: str) -> Iterator[Recorded]:
    with (folder / f"mmlu_pro_{half}.jsonl").open() as file:
        questions = {row["question_id"]: row for row in map(json.loads, file)}
    for row in pq.read_table(folder / f"responses_{half}.parquet").to_pylist():
        question = questions[row["question_id"]]
        options, gold = question["options"], question["answer"]
        yield Recorded(row["model"], row["output"] or "", options, gold, row["pred"])


def measure(folder: Path, half: str) -> dict[str, dict[str, Any]]:
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    chance: dict[str, float] = defaultdict(float)
    for response in responses(folder, half):
        letter = extract(response.text, response.options)
        for model in (response.model, ALL):
            counts[model].update(_seen(response, letter))
            if response.published is None and letter:
                chance[model] += 1 / len(response.options)
    return {
        model: _row(counted, chance[model] if half == "validation" else None)
        for model, counted in sorted(counts.items())
    }


def _seen(response: Recorded, letter: str | None) -> Counter[str]:
    more = response.published is None and letter is not None
    return Counter(
        responses=1,
        published=response.published is not None,
        found=letter is not None,
        agree=letter is not None and letter == response.published,
        more=more,
        right=more and letter == response.gold,
    )


def _row(counted: Counter[str], chance: float | None) -> dict[str, Any]:
    """Counts; the share that is right only where `chance`, the number right by guessing, is."""
    row: dict[str, Any] = {
        "responses": counted["responses"],
        "publishers found": counted["published"],
        "found": counted["found"],
        "agreement in percent": round(100 * counted["agree"] / counted["published"], 2),
        "found more": counted["more"],
    }
    if chance is not None and counted["more"]:
        row["of these right in percent"] = round(100 * counted["right"] / counted["more"], 1)
        row["by guessing in percent"] = round(100 * chance / counted["more"], 1)
    return row


if __name__ == "__main__":
    main()
