"""Extraction and grading on recorded responses of real LLMs, and on cases with a verdict each.

On responses: agreement with the letters that were published. Where two options are named, the
publishers took the first; that is no answer here, and those are counted apart. Where the publishers
found no answer, how many are found, and how many of these are right: on validation questions only,
beside what guessing among the options would give.

On cases, one JSON object a line (`kind, question, options, gold, output, right`): by kind, how many
are graded as they should be, and which are not.
"""

import argparse
import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from moe_core.answers.reading import SEVERAL_CHOSEN, Reading
from moe_core.extraction import read
from moe_core.grading import grade
from moe_core.values import Question, Verdict

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


@dataclass(frozen=True)
class Case:
    """An output, and whether it is right."""

    kind: str
    question: Question
    output: str
    right: bool

    @property
    def is_passed(self) -> bool:
        """Whether grading finds what the case says."""
        answer = read(self.output, self.question.options).answer
        return (grade(self.question, answer) is Verdict.CORRECT) == self.right


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, help="with responses_*.parquet")
    parser.add_argument("--cases", type=Path, help="a file with one case a line")
    given = parser.parse_args()
    found: dict[str, Any] = {}
    if given.folder:
        found = {half: measure(given.folder, half) for half in HALVES}
        RESULT.parent.mkdir(exist_ok=True)
        RESULT.write_text(json.dumps(found, indent=2) + "\n")
    if given.cases:
        found["cases"] = by_kind(cases(given.cases))
    for part, rows in found.items():
        print(f"{part}:")
        for name, row in rows.items():
            print(f"  {name:<60}", "  ".join(f"{of} {value}" for of, value in row.items()))
    for case in cases(given.cases) if given.cases else ():
        if not case.is_passed:
            said = "right" if case.right else "wrong"
            print(f"\nnot graded {said} ({case.kind}): {case.output[:200]!r}")


def cases(path: Path) -> list[Case]:
    with path.open() as file:
        return [
            Case(
                row["kind"],
                Question(row["question"], tuple(row["options"]), row["gold"]),
                row["output"],
                row["right"],
            )
            for row in map(json.loads, file)
        ]


def by_kind(tried: Sequence[Case]) -> dict[str, dict[str, int]]:
    """Per kind, and of all."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for case in tried:
        for kind in (case.kind, ALL):
            passed = case.is_passed
            counts[kind] += Counter(cases=1, passed=passed)
            counts[kind]["wrong ones accepted"] += not case.right and not passed
    return {kind: dict(counted) for kind, counted in counts.items()}


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
        found = read(response.text, response.options)
        for model in (response.model, ALL):
            counts[model].update(_seen(response, found))
            if response.published is None and found.answer:
                chance[model] += 1 / len(response.options)
    return {
        model: _row(counted, chance[model] if half == "validation" else None)
        for model, counted in sorted(counts.items())
    }


def _seen(response: Recorded, reading: Reading) -> Counter[str]:
    letter = reading.answer
    more = response.published is None and letter is not None
    return Counter(
        responses=1,
        published=response.published is not None,
        found=letter is not None,
        agree=letter is not None and letter == response.published,
        several=response.published is not None and reading == SEVERAL_CHOSEN,
        more=more,
        right=more and letter == response.gold,
    )


def _row(counted: Counter[str], chance: float | None) -> dict[str, Any]:
    """Counts; the share that is right only where `chance`, the number right by guessing, is."""
    row: dict[str, Any] = {
        "responses": counted["responses"],
        "publishers found": counted["published"],
        "found": counted["found"],
        "of these with several options": counted["several"],
        "agreement in percent": round(
            100 * counted["agree"] / (counted["published"] - counted["several"]), 2
        ),
        "with those in percent": round(100 * counted["agree"] / counted["published"], 2),
        "found more": counted["more"],
    }
    if chance is not None and counted["more"]:
        row["of these right in percent"] = round(100 * counted["right"] / counted["more"], 1)
        row["by guessing in percent"] = round(100 * chance / counted["more"], 1)
    return row


if __name__ == "__main__":
    main()
