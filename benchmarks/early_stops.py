"""What early stops spare on the demo's pool, by real engines: generations, wall and loads.

The same questions by the same recruiter and vote: every seat, those that the vote needs, and until
one answer is two ahead. Writes benchmarks/results/early_stops.json.
"""

import argparse
from pathlib import Path
from typing import Any

from benchmarks.servers import own_servers
from moe_core.stopping import ALL, LOSSLESS, TWO_AHEAD

RESULT = Path(__file__).resolve().parent / "results" / "early_stops.json"
MOST = 5  # seats of a question, until two ahead
ROUNDS = 2  # of each, in turn: the faster one is told


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.early_stops", description=__doc__)
    parser.add_argument("--questions", type=int, default=240, help="of each run (240: all)")
    parser.add_argument("--result", type=Path, default=RESULT, help="another file, for a try")
    given = parser.parse_args()
    with own_servers() as data:
        from benchmarks.processes import running_product
        from benchmarks.written import write_json

        with running_product(data):
            found = measure(given.questions)
        write_json(given.result, found)
    for row in found["runs"]:
        print(
            f"{row['stopping']:<10} k {row['k']}  {row['generations']:5} generations"
            f"  {row['wall_seconds']:6.1f} s  {row['loads']} loads of {row['distinct_experts']}"
            f" experts  {row['accuracy']} %"
        )


def measure(questions: int) -> dict[str, Any]:
    from benchmarks.ground import prepare
    from benchmarks.machine import machine_facts
    from benchmarks.methods import run_of

    ground = prepare(questions)
    same = {"method": "skill-moe", "recruiter": "ours", "writer": "calibrated"}
    best: dict[str, dict[str, Any]] = {}
    for _ in range(ROUNDS):
        for rule, k in ((ALL, 3), (LOSSLESS, 3), (ALL, MOST), (TWO_AHEAD, MOST)):
            row = {"stopping": rule.name} | run_of(ground, **same, k=k, stopping=rule.name)
            before = best.get(f"{rule.name} {k}", row)
            best[f"{rule.name} {k}"] = min(before, row, key=lambda of: of["wall_seconds"])
    return {
        "runs": list(best.values()),
        "questions": ground.questions.size,
        "experts": ground.pool.experts.count(),
        "machine": machine_facts(),
    }


if __name__ == "__main__":
    main()
