"""docs/performance.md says what the committed results say."""

import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks import tables
from benchmarks.written import write_json

DOCUMENT = tables.DOCUMENT.read_text()
KEYS = {
    *("static", "staggered", "run_at_a_time", "naive"),
    *("overhead_vs_bare_engine", "stream_over_generate"),
    *("commit_to_browser_p95_seconds", "publish_share"),
}


@pytest.mark.parametrize("name", ["worker", "methods", "web", "real"])
def test_the_table_is_that_of_the_results(name: str) -> None:
    assert DOCUMENT.count(f"<!-- {name} -->") == DOCUMENT.count(f"<!-- /{name} -->") == 1
    table = tables.rendered().get(name)
    if table is None:
        pytest.skip(f"no benchmarks/results/{name}.json: make bench")
    assert f"<!-- {name} -->\n{table}\n<!-- /{name} -->" in DOCUMENT


def test_the_worker_file_has_what_was_asked_for_and_can_be_recomputed() -> None:
    if not tables.WORKER.exists():
        pytest.skip("no benchmarks/results/worker.json: make bench-worker")
    found = json.loads(tables.WORKER.read_text())
    assert set(found) >= KEYS
    for name in ("static", "staggered", "run_at_a_time", "naive"):
        of = found[name]
        ratio = of["wall_seconds"] / of["lower_bound_seconds"]
        assert of["wall_over_lower_bound"] == pytest.approx(ratio, rel=2e-4)  # seconds are rounded
    for repetition in found["static"]["repetitions"] + found["staggered"]["repetitions"]:
        visits = repetition["visits"]
        assert len(visits) == repetition["loads"]
        assert sum(visit["generations"] for visit in visits) == sum(
            run["generations"] for run in repetition["runs"]
        )


def test_a_table_goes_between_its_comments() -> None:
    text = "before\n<!-- worker -->\nold\n<!-- /worker -->\nafter"
    written = tables.with_tables(text, {"worker": "| new |"})
    assert written == "before\n<!-- worker -->\n| new |\n<!-- /worker -->\nafter"
    assert tables.with_tables(written, {"worker": "| new |"}) == written


def test_results_are_written_a_line_for_each_innermost_object(tmp_path: Path) -> None:
    found: dict[str, Any] = {"visits": [{"a": 1, "b": "ü"}, {"a": 2}], "empty": [], "n": 1.5}
    write_json(path := tmp_path / "results" / "found.json", found)
    assert json.loads(path.read_text()) == found
    assert '  {"a": 2}\n' in path.read_text()
