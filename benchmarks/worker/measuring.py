"""Part after part on the running product; the file is written after each."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings

from benchmarks.ground import prepare
from benchmarks.machine import machine_facts
from benchmarks.worker import bare
from benchmarks.worker.browsers import browsers
from benchmarks.worker.options import PARTS, Options
from benchmarks.worker.scenarios import Scenarios
from benchmarks.worker.streaming import streaming
from benchmarks.written import write_json

PAGES = 5  # that also fetch what a notice is about
FIRST = (  # in the file; what they were computed from follows
    *("static", "staggered", "run_at_a_time", "naive"),
    *("overhead_vs_bare_engine", "stream_over_generate", "commit_to_browser_p95_seconds"),
    *("publish_share", "machine", "sizes"),
)


def measure(options: Options, url: str) -> dict[str, Any]:
    """Add what is measured to what the file says; returns all of it."""
    old = options.result
    found: dict[str, Any] = json.loads(old.read_text()) if old.exists() else {}
    ground = prepare(options.questions)
    annotator = ground.pool.annotator
    assert annotator is not None
    bare.warm_up(annotator.checkpoint, Path(settings.DATA_DIR) / "logs" / "bare.log")
    scenarios = Scenarios(ground, options.runs)
    parts: dict[str, Callable[[], dict[str, Any]]] = {
        "static": lambda: {"static": scenarios.static(options.repeat)},
        "staggered": lambda: {"staggered": scenarios.staggered()},
        "run_at_a_time": lambda: scenarios.run_at_a_time(options.repeat),
        "naive": lambda: {"naive": scenarios.naive()},
        "streaming": lambda: streaming(ground, options.repeat),
        "browsers": lambda: browsers(scenarios, url, options.sockets, PAGES),
    }
    for part in PARTS:
        if part not in options.only:
            continue
        started = time.monotonic()
        found |= parts[part]()
        seconds = round(time.monotonic() - started)
        print(f"{part}: {seconds} s", flush=True)
        found["publish_share"] = _publish_share(found)
        found["machine"] = machine_facts()
        found.setdefault("sizes", {})[part] = {
            "runs": options.runs,
            "questions": ground.questions.size,
            "repeat": options.repeat,
            "seconds": seconds,
            "profile_seconds": ground.profile_seconds,
        }
        if scenarios.passes:
            found["alone"] = scenarios.passes
        found = {name: found[name] for name in FIRST if name in found} | found
        write_json(options.result, found)
    return found


def _publish_share(found: dict[str, Any]) -> float:
    """Of the wall, in the scenario where it is larger: many runs at once, or many watchers."""
    scenarios = (found.get("static", {}), found.get("browsers", {}))
    return max((of["publish_share"] for of in scenarios if of), default=0.0)
