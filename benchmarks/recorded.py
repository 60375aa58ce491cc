"""How fast recorded experts are played back: questions and responses per second, Postgres included.

Uses the responses of 16 real LLMs to MMLU-Pro where a folder with them is given, else the demo's.
Nothing here waits for a GPU or for Celery: `advance_run` is what the default worker calls.
"""

import argparse
import json
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.servers import own_servers

ROOT = Path(__file__).resolve().parents[1]
RESULT = ROOT / "benchmarks" / "results" / "recorded.json"
QUESTIONS, RECORDED = ROOT / "demo" / "questions", ROOT / "demo" / "recorded"
DEMO = {
    kind: (QUESTIONS / f"{kind}.jsonl", RECORDED / f"{kind}.parquet")
    for kind in ("validation", "test")
}
SEEDS = 5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, help="with mmlu_pro_*.jsonl, responses_*.parquet")
    folder: Path | None = parser.parse_args().folder
    files = DEMO
    if folder is not None:
        files = {
            kind: (folder / f"mmlu_pro_{kind}.jsonl", folder / f"responses_{kind}.parquet")
            for kind in DEMO
        }
    with own_servers():
        found = measure(files)
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(found, indent=2) + "\n")
    for name, value in found.items():
        print(f"{name:<40} {value}")


def measure(files: dict[str, tuple[Path, Path]]) -> dict[str, Any]:
    from webapp.accounts.models import Team
    from webapp.execution.start import submit_profile, submit_run
    from webapp.execution.vectors import skills_of
    from webapp.questions.taking import take_questions
    from webapp.recorded.taking import take_responses
    from webapp.runs.models import Run

    team = Team.objects.create(name="Bench")
    found: dict[str, Any] = {}
    sets = {}
    for kind, (questions, responses) in files.items():
        taken = take_questions(team, None, questions, questions.name, name=kind, kind=kind)
        sets[kind] = taken.question_set
        seconds, imported = _timed(
            lambda kind=kind, file=responses: take_responses(  # type: ignore[misc]
                team, None, file, file.name, question_set=sets[kind], pool="Recorded"
            )
        )
        found[f"import {kind}: responses/s"] = round(imported.responses / seconds)
    pool = imported.pool

    def rate(run: Run) -> tuple[float, float]:
        """Questions per second once they are embedded, and the accuracy in percent."""
        _embedded(run)
        seconds, _ = _timed(lambda: _finish(run.pk))
        run.refresh_from_db()
        return run.questions / seconds, run.accuracy or 0.0

    profile = submit_profile(team, None, pool, sets["validation"])
    skills_of([], pool.embedder)  # loads the embedder, and embeds the names of skills
    found["experts"] = pool.experts.count()
    found["questions"] = sets["test"].size
    found["profile: questions/s"] = round(rate(profile)[0])
    first = submit_run(team, None, pool=pool, questions=sets["test"])
    seconds, _ = _timed(lambda: _embedded(first))
    found["embed: questions/s"] = round(sets["test"].size / seconds)
    rates = [rate(first)]
    rates += [
        rate(submit_run(team, None, pool=pool, questions=sets["test"], seed=seed))
        for seed in range(1, SEEDS)
    ]
    found["skill-moe, k = 3: questions/s (median)"] = round(median(r for r, _ in rates))
    found["skill-moe, k = 3: accuracy in percent, per seed"] = [round(a, 1) for _, a in rates]
    everyone = submit_run(team, None, pool=pool, questions=sets["test"], method="all-experts")
    speed, accuracy = rate(everyone)
    found["all-experts: questions/s"] = round(speed)
    found["all-experts: responses/s"] = round(speed * found["experts"])
    found["all-experts: accuracy in percent"] = round(accuracy, 1)
    return found


def _embedded(run: Any) -> None:
    from webapp.execution.preparing import is_prepared

    while not is_prepared(run):
        pass


def _finish(run_id: int) -> None:
    from webapp.execution.advance import advance_run

    advance_run(run_id)


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    started = time.perf_counter()
    result = work()
    return time.perf_counter() - started, result


if __name__ == "__main__":
    main()
