"""The gpu worker's command with a clock around every message that it publishes.

Run as a module in celery's place, with celery's arguments. Each notice to browsers and each wake-up
of another worker becomes a line in <data>/published: when it began, and for how many seconds it
kept the gpu worker.
"""

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TextIO


def main() -> None:
    import django
    from celery.__main__ import main as celery

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webapp.config.settings")
    django.setup()
    from webapp.queue import events

    with _file(Path(os.environ["SKILLMOE_DATA"])).open("a", buffering=1) as log:
        events.notify = timed(events.notify, log)
        events.wake = timed(events.wake, log)
        celery()


def published_seconds(data: Path, begin: float, end: float) -> float:
    """Seconds spent publishing between two times of the clock."""
    lines = _file(data).read_text().splitlines()
    times = (tuple(map(float, line.split())) for line in lines)
    return sum(seconds for began, seconds in times if begin <= began <= end)


def _file(data: Path) -> Path:
    return data / "published"


def timed(publish: Callable[..., None], log: TextIO) -> Callable[..., None]:
    def publish_timed(*args: Any) -> None:
        began, started = time.time(), time.perf_counter()
        publish(*args)
        log.write(f"{began:.6f} {time.perf_counter() - started:.6f}\n")

    return publish_timed


if __name__ == "__main__":
    main()
