"""Measure the GPU worker on the demo's experts; writes benchmarks/results/worker.json.

Everything is real: PostgreSQL, Redis, the product's three processes, vLLM. Parts that are not
measured keep what the file says of them.
"""

import argparse
import time
from pathlib import Path

from benchmarks.servers import own_servers
from benchmarks.tables import WORKER, worker_table
from benchmarks.worker.options import AFTER_STATIC, PARTS, Options

POSTGRES = "--track_commit_timestamp=on"  # for the time from commit to browser


def main() -> None:
    options = _options()
    started = time.monotonic()
    with own_servers(POSTGRES) as data:
        from benchmarks.processes import running_product
        from benchmarks.worker.measuring import measure

        with running_product(data) as url:
            found = measure(options, url)
    print(f"measured in {time.monotonic() - started:.0f} s\n\n{worker_table(found)}")


def _options() -> Options:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.worker", description=__doc__)
    parser.add_argument("--runs", type=int, default=8, help="runs of a scenario (8)")
    parser.add_argument("--questions", type=int, default=240, help="of each run (240: all)")
    parser.add_argument("--repeat", type=int, default=3, help="what a median is of (3)")
    parser.add_argument("--sockets", type=int, default=200, help="that watch a run (200)")
    parser.add_argument("--only", default=",".join(PARTS), help="parts, with commas: %(default)s")
    parser.add_argument("--result", type=Path, default=WORKER, help="another file, for a try")
    given = parser.parse_args()
    only = set(given.only.split(","))
    if unknown := only - set(PARTS):
        parser.error(f"no part {', '.join(sorted(unknown))}: choose of {', '.join(PARTS)}")
    if only & AFTER_STATIC:
        only.add("static")
    sizes = (given.runs, given.questions, given.repeat, given.sockets)
    return Options(*sizes, frozenset(only), given.result)


if __name__ == "__main__":
    main()
