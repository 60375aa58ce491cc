"""How fast a run's pages open, with a million answers and with a thousand; how fast two runs of
100,000 are compared.

All runs are in one database. Pages are asked for through Django's test client, so that the figures
are those of the product without the network. Every value of a filter is asked for once: nothing of
its answer has been kept.
"""

import argparse
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.servers import own_servers
from benchmarks.written import write_json

RESULT = Path(__file__).resolve().parents[1] / "benchmarks" / "results" / "web.json"
SIZES = (1_000, 1_000_000)  # answers
COMPARED = 100_000  # answers of each of two runs
TIMES = 15  # a page is asked for
TARGETS = {"last_over_first": 1.2, "filter_ms": 300}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.web", description=__doc__)
    parser.add_argument("--answers", type=int, default=SIZES[1], help="of the long run")
    parser.add_argument("--result", type=Path, default=RESULT, help="the file to write")
    chosen = parser.parse_args()
    with own_servers():
        found = measure(SIZES[0], chosen.answers, min(COMPARED, chosen.answers))
    write_json(chosen.result, found)
    _show(found)


def measure(short: int, long: int, compared: int) -> dict[str, Any]:
    from django.test import Client

    from benchmarks.big_run import make_run, make_set, make_team, settle
    from benchmarks.machine import machine_facts

    team, person, pool = make_team()
    started = time.perf_counter()
    runs = [make_run(team, person, pool, make_set(team, size)) for size in (short, long)]
    both = make_set(team, compared, "Compared")
    pair = [make_run(team, person, pool, both, seed) for seed in (0, 1)]
    settle()
    print(f"made in {time.perf_counter() - started:.0f} s", flush=True)
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(person)
    lists = [_list(client, run) for run in runs]
    return {
        "machine": machine_facts(),
        "targets": TARGETS,
        "list": lists,
        "last_over_first": round(lists[1]["last_ms"] / lists[1]["first_ms"], 2),
        "long_over_short": round(lists[1]["first_ms"] / lists[0]["first_ms"], 2),
        "filters": _filters(client, runs[1]),
        "others": _times(client, _pages(runs[1])),
        "compared": compared,
        "comparison": _times(client, _comparing(*pair)),
    }


def _list(client: Any, run: Any) -> dict[str, Any]:
    """The first page and the last, in turn; the very first time everything is counted."""
    address = f"/runs/{run.pk}/questions"
    last = f"{address}?before={run.answers.order_by('-pk').values_list('pk', flat=True)[0] + 1}"
    cold = _once(client, address)
    pairs = [(_once(client, address), _once(client, last)) for _ in range(TIMES)]
    return {
        "answers": run.questions,
        "cold_ms": cold,
        "first_ms": round(median(pair[0] for pair in pairs), 1),
        "last_ms": round(median(pair[1] for pair in pairs), 1),
        "kilobytes": round(len(client.get(address).content) / 1024),
    }


def _pages(run: Any) -> dict[str, str]:
    """The other pages of a run, and its charts."""
    return {
        "where points were lost": f"/runs/{run.pk}/lost",
        "the run": f"/runs/{run.pk}",
        "its flow": f"/runs/{run.pk}/flow.json",
        "its timeline": f"/runs/{run.pk}/timeline.json",
        "its set's history": f"/runs/?set={run.question_set_id}",
        "its experts, while the worker looks": f"/runs/{run.pk}/experts",
        "what it cost": f"/runs/{run.pk}/costs",
        "what all cost": "/costs/",
        "its set, with the leaderboard": f"/question-sets/{run.question_set_id}",
        "its set, a rare id": f"/question-sets/{run.question_set_id}?words={run.questions - 1}",
        "its set, a word in none": f"/question-sets/{run.question_set_id}?words=nowhere",
        "its set, a word in each": f"/question-sets/{run.question_set_id}?words=numbers",
        "home": "/",
    }


def _comparing(one: Any, other: Any) -> dict[str, str]:
    return {
        "two runs": f"/runs/compare?a={one.pk}&b={other.pk}",
        "their set's leaderboard": f"/question-sets/{one.question_set_id}",
        "their report": f"/runs/compare/report.html?run={one.pk}&run={other.pk}",
    }


def _times(client: Any, pages: dict[str, str]) -> dict[str, Any]:
    """Each page counted anew, then again and again."""
    found = {}
    for name, address in pages.items():
        cold = _once(client, address)
        again = median(_once(client, address) for _ in range(TIMES))
        found[name] = {"cold_ms": cold, "again_ms": round(again, 1)}
    return found


def _filters(client: Any, run: Any) -> dict[str, dict[str, Any]]:
    from benchmarks.big_run import EVERYWHERE, RARE, SKILLS
    from webapp.runs.outcomes import Outcome

    step = SKILLS // TIMES
    frequencies = {
        "word in one of 20 responses": range(40, 40 + TIMES),
        "word in one of 1,000": range(2000, 2000 + TIMES),
    }
    values: dict[str, Sequence[str]] = {
        "verdict": [f"verdict={v}" for v in ("correct", "incorrect", "no+answer", "open")],
        "unmatched": ["verdict=unmatched"],
        "outcome": [f"outcome={o.value.replace(' ', '+')}" for o in Outcome] + ["outcome=lost"],
        "skill, frequent": [f"skill=skill+{n * step}" for n in range(TIMES)],
        "skill, any": [f"skill=skill+{n * step + 71}" for n in range(TIMES)],
        "skill that nobody has": ["skill=none"],
        "expert": [f"expert={pk}" for pk in run.pool.experts.values_list("pk", flat=True)],
        "category": [f"category=category+{n:02}" for n in range(14)],
        "experts disagree": ["disagree=yes"],
        "review": [f"review={r}" for r in ("unreviewed", "disputed", "undisputed", "mine")],
        "rare word": [f"words={word}" for word in RARE],
        **{name: [f"words=word{n}" for n in of] for name, of in frequencies.items()},
        "word in every response": [f"words={EVERYWHERE}"],
        "word in none": ["words=nowhere"],
        "two words, one of them rare": [f"words={EVERYWHERE}+{word}" for word in RARE],
        "wrong, an expert, a category": [
            f"verdict=incorrect&category=category+{n:02}&expert={pk}"
            for n, pk in enumerate(run.pool.experts.values_list("pk", flat=True), start=3)
        ],
        "wrong, a word": [f"verdict=incorrect&words=word{n}" for n in range(60, 60 + TIMES)],
    }
    return {name: _each(client, run, queries) for name, queries in values.items()}


def _each(client: Any, run: Any, queries: Sequence[str]) -> dict[str, Any]:
    took = [_once(client, f"/runs/{run.pk}/questions?{query}") for query in queries]
    return {"asked": len(took), "median_ms": round(median(took), 1), "worst_ms": max(took)}


def _once(client: Any, address: str) -> float:
    started = time.perf_counter()
    page = client.get(address)
    took = time.perf_counter() - started
    if page.status_code != 200:
        raise RuntimeError(f"{address} answered {page.status_code}")
    return round(1000 * took, 1)


def _show(found: dict[str, Any]) -> None:
    for of in found["list"]:
        print("  ".join(f"{name} {value}" for name, value in of.items()))
    print(f"last / first {found['last_over_first']}, long / short {found['long_over_short']}")
    for name, of in found["filters"].items():
        late = "  late" if of["worst_ms"] > TARGETS["filter_ms"] else ""
        print(f"{name:<34} median {of['median_ms']:>8.1f} ms  worst {of['worst_ms']:>8.1f}{late}")
    for name, of in (found["others"] | found["comparison"]).items():
        print(f"{name:<36} anew {of['cold_ms']:>10.1f} ms  again {of['again_ms']:>8.1f}")


if __name__ == "__main__":
    main()
