"""Published figures: each with its source, and those of a benchmark first."""

from moe_core.benchmarks import BENCHMARKS
from moe_core.published import PUBLISHED, published_for


def test_each_says_where_it_stands() -> None:
    for of in PUBLISHED:
        assert "arXiv" in of.source and of.part and of.on and any(c.isdigit() for c in of.figure)
        assert of.benchmark in ("", *BENCHMARKS)


def test_those_of_the_benchmark_come_first_and_no_others() -> None:
    found = published_for("gpqa")
    assert found[0].benchmark == "gpqa" and found[0].figure == "R1-Distill-Qwen-7B"
    assert {of.benchmark for of in found} == {"gpqa", ""}
    assert {of.benchmark for of in published_for()} == {""}
    assert [of.figure for of in published_for()] == [
        *("+8.15 points", "58.6 %", "60.9 %", "69.6 %", "70.5 %")
    ]
