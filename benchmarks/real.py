"""Tokens per second of the product ÷ `LLM.generate` with a real LLM; benchmarks/results/real.json.

The tiny experts of the other benchmarks write thousands of tokens per second, so that whatever the
product adds shows. Here a token costs what one of a real model does, if a small one.
"""

import argparse
import time
from pathlib import Path
from typing import Any

from benchmarks.servers import own_servers
from benchmarks.tables import REAL, real_table


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.real", description=__doc__)
    parser.add_argument("--questions", type=int, default=64, help="of each pair (64)")
    parser.add_argument("--repeat", type=int, default=5, help="pairs (5)")
    parser.add_argument("--result", type=Path, default=REAL, help="another file, for a try")
    given = parser.parse_args()
    started = time.monotonic()
    with own_servers() as data:
        from benchmarks.processes import running_product
        from benchmarks.written import write_json

        with running_product(data):
            found = measure(given.questions, given.repeat)
        write_json(given.result, found)
    print(f"measured in {time.monotonic() - started:.0f} s\n\n{real_table(found)}")


def measure(questions: int, repeat: int) -> dict[str, Any]:
    """The two in turn, one pair for each repetition."""
    from django.conf import settings

    from benchmarks.ground import finish, first_questions
    from benchmarks.machine import machine_facts
    from benchmarks.worker.bare import warm_up
    from benchmarks.worker.streaming import compared
    from webapp.accounts.models import Team
    from webapp.commands.real import load_real
    from webapp.execution.start import submit_run
    from webapp.experts.models import Pool

    team = Team.objects.create(name="Bench")
    expert = load_real(team).experts.get(name="smol-warm")
    pool = Pool.objects.create(team=team, name="One")
    pool.experts.add(expert)
    asked = first_questions(team, "test", questions)
    warm_up(expert.checkpoint, Path(settings.DATA_DIR) / "logs" / "bare.log")
    pairs = []
    for seed in range(repeat):
        run = submit_run(
            team,
            None,
            pool=pool,
            questions=asked,
            method="all-experts",
            writer="majority",
            seed=seed,
        )
        finish([run])
        pairs.append(compared(run))
        print(pairs[-1], flush=True)
    ratios = sorted(pair["stream_over_generate"] for pair in pairs)
    return {
        "median": ratios[len(ratios) // 2],
        "least": ratios[0],
        "most": ratios[-1],
        "target": 0.97,
        "pairs": pairs,
        "machine": machine_facts(),
    }


if __name__ == "__main__":
    main()
