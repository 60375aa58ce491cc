"""Every method of the registry on the same pool and questions, one run after the other.

Writes benchmarks/results/methods.json: wall, loads, generations, tokens, accuracy.
"""

import argparse
import time
from pathlib import Path
from typing import Any

from benchmarks.servers import own_servers
from benchmarks.tables import METHODS as RESULT
from benchmarks.tables import methods_table


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.methods", description=__doc__)
    parser.add_argument("--questions", type=int, default=240, help="of each run (240: all)")
    parser.add_argument("--result", type=Path, default=RESULT, help="another file, for a try")
    given = parser.parse_args()
    started = time.monotonic()
    with own_servers() as data:
        from benchmarks.processes import running_product
        from benchmarks.written import write_json

        with running_product(data):
            found = measure(given.questions)
        write_json(given.result, found)
    print(f"measured in {time.monotonic() - started:.0f} s\n\n{methods_table(found)}")


def measure(questions: int) -> dict[str, Any]:
    from benchmarks.ground import prepare
    from benchmarks.machine import machine_facts
    from moe_core.methods import METHODS

    ground = prepare(questions)
    return {
        "methods": [{"method": method} | run_of(ground, method=method) for method in METHODS],
        "questions": ground.questions.size,
        "experts": ground.pool.experts.count(),
        "profile_seconds": ground.profile_seconds,
        "machine": machine_facts(),
    }


def run_of(ground: Any, **settings: Any) -> dict[str, Any]:
    """What a run with these settings took and came to."""
    from benchmarks.ground import finish
    from benchmarks.worker.episodes import episode
    from webapp.execution.start import submit_run

    run = submit_run(
        ground.team,
        None,
        pool=ground.pool,
        questions=ground.questions,
        profile=ground.profile,
        **settings,
    )
    finish([run])
    served = episode([run])
    print(f"{' '.join(map(str, settings.values()))}: {served['wall_seconds']:.0f} s", flush=True)
    return {
        "writer": run.writer,
        "k": run.k,
        "seats": run.seats,
        "wall_seconds": served["wall_seconds"],
        "loads": served["loads"],
        "distinct_experts": served["distinct_experts"],
        "generations": served["runs"][0]["generations"],
        "tokens": served["runs"][0]["tokens"],
        "accuracy": round(run.accuracy or 0.0, 1),
        "stages": served["stages"],
        "visits": served["visits"],
    }


if __name__ == "__main__":
    main()
