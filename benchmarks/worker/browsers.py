"""From commit to browser: how long a committed event takes to those who watch its run.

The clock starts where PostgreSQL committed the event's transaction, which it notes itself
(track_commit_timestamp), and stops where the notice with that event's seq, or a later one, has
been read from the socket. Servers and sockets share one machine, and so one clock.
"""

import json
import subprocess
import sys
import time
from collections.abc import Sequence
from typing import Any

import numpy as np
from django.db import connection

from benchmarks.ground import finish
from benchmarks.people import cookies_of
from benchmarks.worker.episodes import episode
from benchmarks.worker.scenarios import Scenarios
from webapp.runs.models import Run

AFTER_SECONDS = 3  # in which the last notices arrive, and pages show the end

Moments = Sequence[tuple[int, float]]  # seq, time of the clock


def browsers(scenarios: Scenarios, url: str, sockets: int, pages: int) -> dict[str, Any]:
    """One run, watched by so many sockets and by a few pages that fetch as well."""
    team = scenarios.ground.team
    run = scenarios.submit(0)
    how = {
        "url": url,
        "run": run.pk,
        "cookies": cookies_of(team, sockets + pages),
        "sockets": sockets,
        "pages": pages,
    }
    command = [sys.executable, "-m", "benchmarks.worker.sockets", json.dumps(how)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as watching:
        assert watching.stdout is not None
        opened = float(watching.stdout.readline())
        finish([run])
        time.sleep(AFTER_SECONDS)
        seen = json.loads(watching.communicate("stop\n")[0])
    events = [(seq, at) for seq, at in _committed(run) if at > opened]
    reached = latencies(events, seen["sockets"])
    shown = latencies(events, seen["pages"])
    return {
        "commit_to_browser_p95_seconds": _percentile(reached, 95),
        "browsers": {
            "sockets": sockets,
            "events": len(events),
            "arrivals": len(reached),
            "p50_seconds": _percentile(reached, 50),
            "p99_seconds": _percentile(reached, 99),
            "longest_seconds": _percentile(reached, 100),
            "pages": pages,
            "page_p50_seconds": _percentile(shown, 50),
            "page_p95_seconds": _percentile(shown, 95),
            **episode([run]),
            "events_of_the_first_socket": _arrivals(run, events, seen["sockets"][0]),
        },
    }


def latencies(events: Moments, watchers: Sequence[Moments]) -> list[float]:
    """Seconds from each event to each watcher; infinite where it never came."""
    found = []
    for seen in watchers:
        for seq, committed in events:
            first = min((at for reached, at in seen if reached >= seq), default=float("inf"))
            found.append(first - committed)
    return found


def _committed(run: Run) -> list[tuple[int, float]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT seq, extract(epoch FROM pg_xact_commit_timestamp(xmin))::float8"
            " FROM runs_event WHERE run_id = %s ORDER BY seq",
            [run.pk],
        )
        return [(int(seq), float(at)) for seq, at in cursor.fetchall()]


def _arrivals(run: Run, events: Moments, seen: Moments) -> list[dict[str, Any]]:
    """The raw times of one socket: which kinds of events are late."""
    kinds = dict(run.events.values_list("seq", "kind"))
    seconds = latencies(events, [seen])
    begin = run.created.timestamp()
    return [
        {"seq": seq, "kind": kinds[seq], "committed": round(at - begin, 3),
         "seconds": round(took, 3)}
        for (seq, at), took in zip(events, seconds, strict=True)
    ]  # fmt: skip


def _percentile(seconds: Sequence[float], percent: float) -> float:
    return round(float(np.percentile(seconds, percent)), 3)
