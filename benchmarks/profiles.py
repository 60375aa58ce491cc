"""What is lost where experts are not asked all validation questions: routed accuracy, on splits.

Each split draws 350 of a recording's questions for the profile, and `ours` answers the others: by
all that was recorded of the 350, by half of the questions, and by a third of them for one expert
that is new in the pool (in turn one of its four strongest: of a weak one nothing could be lost).
The parts are those of moe_core.anchors, and as many at random. Test questions are matched to the
skills of all 350, and the tone of responses is left out. Reads test answers, unless
`--validation-only`, which splits the 350 validation questions themselves: a look that
docs/method-log.md has to mention.
"""

import argparse
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import stdev
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.strengths import halves, strengths
from moe_core.anchors import HALF, THIRD, anchors
from moe_core.evidence import Floats
from moe_core.profiles import Profile
from moe_core.replay.playing import play
from moe_core.replay.prepared import Prepared, prepare
from moe_core.replay.recording import Recording, Response, read_recording
from moe_core.replay.splits import Outcomes, drawn, mean_of, remembering
from moe_core.replay.ways import WAYS
from moe_core.skills import Embedder

RESULT = Path(__file__).resolve().parent / "results" / "profiles.json"
VALIDATION, SEATS, STRONGEST = 350, 3, 4
RECORDINGS = {
    "MMLU-Pro": ("", "mmlu_pro_{}.jsonl", "responses_{}.parquet"),
    "ZeroEval": ("zeroeval", "questions_{}.jsonl", "responses_{}.parquet"),
    "llmrouter9": ("llmrouter9", "questions.jsonl", "scores.parquet"),
}
Asked = NDArray[np.bool_]  # (questions, experts)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, required=True, help="with recordings")
    parser.add_argument("--recordings", default=",".join(RECORDINGS), help="which of them")
    parser.add_argument("--strengths", action="store_true", help="how far these are off; no splits")
    parser.add_argument("--others", action="store_true", help="other ways to choose, too")
    parser.add_argument("--splits", type=int, default=20)
    parser.add_argument("--validation-only", action="store_true")
    options = parser.parse_args()
    found: dict[str, Any] = json.loads(RESULT.read_text()) if RESULT.exists() else {}
    if options.strengths:
        found["strengths"] = dict(off(options))
        RESULT.write_text(json.dumps(found, indent=2) + "\n")
        print(json.dumps(found["strengths"], indent=2))
        return
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    from moe_core.embedder import embed

    remembered, draws = remembering(embed), dict[str, list[Outcomes]]()
    for name, outcomes in played(options, remembered):
        title = f"{name}, validation only" if options.validation_only else name
        draws.setdefault(title, []).append(outcomes)
        # After each split: whoever ends it has the figures of those that were played.
        found[title] = figures(draws[title])
        RESULT.write_text(json.dumps(found, indent=2) + "\n")
    for title in draws:
        print(f"{title}, {found[title]['splits']} splits: right in %, and points over all asked")
        for of, (mean, error, alone) in found[title]["points"].items():
            print(f"{of:<36}{mean:+8.2f} ± {error:.2f} (of splits alone ± {alone:.2f})")


def off(options: argparse.Namespace) -> Iterator[tuple[str, dict[str, dict[str, float]]]]:
    """Of each recording, what benchmarks.strengths tells."""
    for name in options.recordings.split(","):
        if recording := recorded(options.folder, name, validation_only=True):
            some = np.random.default_rng(0).permutation(len(recording.questions))[:VALIDATION]
            yield name, strengths(recording.at(some.tolist()))


def figures(draws: Sequence[Outcomes]) -> dict[str, Any]:
    """Per design the mean of all splits in points, with two standard errors: of questions and
    splits together, and of splits alone: what other profiles of the same experts would give on the
    same questions."""
    points = {}
    for name in draws[0]:
        mean = mean_of([draw[name] for draw in draws], 100)
        of_splits = [100 * float(draw[name].mean()) for draw in draws]
        alone = stdev(of_splits) / len(draws) ** 0.5 if len(draws) > 1 else 0.0
        points[name] = [round(value, 2) for value in (mean.value, mean.error, alone)]
    return {"splits": len(draws), "points": points}


def played(options: argparse.Namespace, embed: Embedder) -> Iterator[tuple[str, Outcomes]]:
    """Split after split, the outcomes of each recording."""
    splits = {}
    for name in options.recordings.split(","):
        if recording := recorded(options.folder, name, options.validation_only):
            size = len(recording.questions)
            known = 2 * size // 3 if options.validation_only else VALIDATION
            splits[name] = drawn(recording, known, options.splits)
    for number in range(options.splits):
        for name, of in splits.items():
            yield name, outcomes_of(*next(of), number, options.others, embed)


def recorded(folder: Path, name: str, validation_only: bool) -> Recording | None:
    """One of RECORDINGS, where the folder has it, or is it."""
    inner, questions, responses = RECORDINGS[name]
    of = folder / inner
    halves = ["validation"] if validation_only else ["validation", "test"]
    files = [(of / questions.format(half), of / responses.format(half)) for half in halves]
    if not all(file.exists() for pair in files for file in pair):
        return None
    found = _together([read_recording(*pair) for pair in dict.fromkeys(files)])
    return replace(found, responses=[[_toneless(r) for r in row] for row in found.responses])


def _toneless(response: Response | None) -> Response | None:
    """Without its text: looking for words of doubt takes most of the time, and adds nothing."""
    return response and replace(response, text=None)


def _together(parts: list[Recording]) -> Recording:
    first, *others = parts
    for part in others:
        first = Recording(
            [*first.ids, *part.ids],
            [*first.questions, *part.questions],
            first.models,
            [*first.responses, *part.responses],
        )
    return first


def outcomes_of(
    known: Recording, test: Recording, number: int, others: bool, embed: Embedder
) -> Outcomes:
    """Which answers are right by all that was asked, and by each part against that."""
    whole = prepare(known, test, embed)
    right = _right(whole, test)
    outcomes = {"all": right}
    for name, asked in designs(known, number, others):
        some = Profile.of(whole.profile.observed.where(asked))
        outcomes[name] = _right(replace(whole, profile=some), test) - right
    return outcomes


def _right(prepared: Prepared, test: Recording) -> Floats:
    seats = 1 if test.is_scored else SEATS
    return play(WAYS["ours"], prepared, test, seats, 1, False).right[test.graded]


def designs(known: Recording, number: int, others: bool) -> Iterator[tuple[str, Asked]]:
    """What is asked of whom, by name; `others`: also by other ways to choose."""
    right = np.nan_to_num(known.right)
    n = len(right)
    rng = np.random.default_rng(1000 + number)
    categories = [question.category for question in known.questions]
    same, *apart = halves(right, categories, number)
    yield same
    new = int(np.argsort(-right.sum(axis=0))[number % STRONGEST])
    hardness = np.delete(right, new, axis=1).mean(axis=1)
    third = THIRD.of(n)
    chosen = anchors(categories, hardness, third, number)
    yield "a third of a new one", _of_one(new, chosen, right)
    if others:
        yield from apart
        half = np.isin(np.arange(n), rng.permutation(n)[: HALF.of(n)])
        yield "half, the same for all, at random", np.tile(half[:, None], right.shape[1])
        some = rng.permutation(n)[:third].tolist()
        yield "a third of a new one, at random", _of_one(new, some, right)


def _of_one(new: int, rows: list[int], right: Floats) -> Asked:
    asked = np.ones(right.shape, dtype=bool)
    asked[:, new] = np.isin(np.arange(len(right)), rows)
    return asked


if __name__ == "__main__":
    main()
