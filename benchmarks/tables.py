"""The tables of docs/performance.md, rendered from benchmarks/results/*.json.

`--write` puts them into the document; without it they are printed.
"""

import argparse
import json
import re
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "benchmarks" / "results"
WORKER, METHODS = RESULTS / "worker.json", RESULTS / "methods.json"
WEB = RESULTS / "web.json"
REAL = RESULTS / "real.json"
CROWD, CROWD_400 = RESULTS / "crowd.json", RESULTS / "crowd-400.json"
DOCUMENT = ROOT / "docs" / "performance.md"

SCENARIOS = {
    "static": "all submitted together",
    "staggered": "arriving over time",
    "run_at_a_time": "each after the one before",
    "naive": "naive order (extrapolated)",
}
TARGETS = {
    "overhead_vs_bare_engine": ("one run ÷ the bare engine", "≤ 1.05"),
    "stream_over_generate": ("streamed and committed tokens/s ÷ `LLM.generate`", "≥ 0.97"),
    "commit_to_browser_p95_seconds": ("commit to browser, p95, seconds", "≤ 1"),
    "publish_share": ("publishing, share of the wall", "≤ 0.01"),
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.tables", description=__doc__)
    parser.add_argument("--write", action="store_true", help="into docs/performance.md")
    tables = rendered()
    if parser.parse_args().write:
        DOCUMENT.write_text(with_tables(DOCUMENT.read_text(), tables))
    else:
        print("\n\n".join(tables.values()))


def rendered() -> dict[str, str]:
    """Name of a place in the document → its table, for the results that are there."""
    kinds = {
        "worker": (WORKER, worker_table),
        "methods": (METHODS, methods_table),
        "web": (WEB, web_table),
        "real": (REAL, real_table),
        "crowd": (CROWD, crowd_table),
        "crowd-400": (CROWD_400, crowd_table),
    }
    return {
        name: render(json.loads(path.read_text()))
        for name, (path, render) in kinds.items()
        if path.exists()
    }


def with_tables(text: str, tables: dict[str, str]) -> str:
    """The document with each table between its two comments."""
    for name, table in tables.items():
        place = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
        text = place.sub(lambda found, table=table: f"{found[1]}{table}\n{found[2]}", text)  # type: ignore[misc]
    return text


def worker_table(found: dict[str, Any]) -> str:
    """The scenarios, then the single figures beside their targets."""
    rows = [
        "| runs | loads | experts needed | wall (s) | bound (s) | wall ÷ bound | ÷ together |",
        "|---|--:|--:|--:|--:|--:|--:|",
    ]
    for name, title in SCENARIOS.items():
        if (of := found.get(name)) is not None:
            rows.append(
                f"| {title} | {of['loads']:,} | {of['distinct_experts']}"
                f" | {of['wall_seconds']:,.1f} | {of['lower_bound_seconds']:.1f}"
                f" | {of['wall_over_lower_bound']:.2f} | {of.get('wall_over_static', 1):.2f} |"
            )
    rows += ["", "| | measured | target |", "|---|--:|--:|"]
    rows += [
        f"| {title} | {found[name]:.3g} | {target} |"
        for name, (title, target) in TARGETS.items()
        if name in found
    ]
    return "\n".join(rows)


def methods_table(found: dict[str, Any]) -> str:
    rows = [
        "| method | wall (s) | loads | generations | tokens | correct (%) |",
        "|---|--:|--:|--:|--:|--:|",
    ]
    rows += [
        f"| {of['method']} | {of['wall_seconds']:.1f} | {of['loads']} | {of['generations']:,}"
        f" | {of['tokens']:,} | {of['accuracy']:.1f} |"
        for of in found["methods"]
    ]
    return "\n".join(rows)


def crowd_table(found: dict[str, Any]) -> str:
    """Alone and, where that was measured, beside engines."""
    kinds = {"alone": "without engines", "beside": "beside engines"}
    rows = [
        "| | processes | sockets | readers | pages | errors | p50 (s) | p95 (s) | longest (s) |",
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for kind, name in kinds.items():
        if of := found.get(kind):
            rows.append(
                f"| {name} | {found['web_processes']} | {of['sockets']} | {of['readers']} |"
                f" {of['pages']} | {of['errors']} | {of['p50_seconds']:.2f} |"
                f" {of['p95_seconds']:.2f} | {of['longest_seconds']:.2f} |"
            )
    return "\n".join(rows)


def web_table(found: dict[str, Any]) -> str:
    """The lists with their ratios, then every filter."""
    rows = ["| answers | first page (ms) | last page (ms) |", "|--:|--:|--:|"]
    rows += [
        f"| {of['answers']:,} | {of['first_ms']:.0f} | {of['last_ms']:.0f} |"
        for of in found["list"]
    ]
    targets = found["targets"]
    rows += [
        "",
        "| | measured | target |",
        "|---|--:|--:|",
        f"| last page ÷ first page | {found['last_over_first']:.2f}"
        f" | ≤ {targets['last_over_first']} |",
        f"| first page, long run ÷ short run | {found['long_over_short']:.2f} | |",
        "",
        *_pages("other pages of the long run", found["others"]),
        "",
        f"| filter | median (ms) | worst (ms), target < {targets['filter_ms']} |",
        "|---|--:|--:|",
    ]
    rows += [
        f"| {name} | {of['median_ms']:.0f} | {of['worst_ms']:.0f} |"
        for name, of in found["filters"].items()
    ]
    if "comparison" in found:  # not in what was measured before runs were compared, too
        title = f"two other runs, of {found['compared']:,} answers"
        rows += ["", *_pages(title, found["comparison"])]
    return "\n".join(rows)


def _pages(title: str, found: dict[str, dict[str, float]]) -> list[str]:
    return [
        f"| {title} | counted anew (ms) | again (ms) |",
        "|---|--:|--:|",
        *(
            f"| {name} | {of['cold_ms']:,.0f} | {of['again_ms']:.0f} |"
            for name, of in found.items()
        ),
    ]


def real_table(found: dict[str, Any]) -> str:
    """One row: each pair is a ratio, so that a busy machine moves both of its sides."""
    rates = [pair["generate_tokens_per_second"] for pair in found["pairs"]]
    return "\n".join(
        [
            "| pairs | median | least to most | target | `LLM.generate`, tokens/s |",
            "|--:|--:|--:|--:|--:|",
            f"| {len(rates)} | {found['median']:.3f} | {found['least']:.3f} to {found['most']:.3f}"
            f" | ≥ {found['target']} | {min(rates)} to {max(rates)} |",
        ]
    )


if __name__ == "__main__":
    main()
