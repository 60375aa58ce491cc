"""The paper's four benchmarks and how its scripts run them (arXiv 2503.05641, section 4).

Facts only: a question set that names its benchmark is asked in its wording, and pools, pages and
commands offer what the paper chose for it. Experts go by the names of
webapp/experts/presets/paper.py.
"""

from dataclasses import dataclass

from moe_core.errors import BenchmarkError
from moe_core.skills import ANNOTATIONS


@dataclass(frozen=True)
class Sampling:
    """How the paper's scripts generate, the same for all four. Limits are new tokens."""

    annotations: int = ANNOTATIONS  # per question
    annotation_temperature: float = 0.7
    temperature: float = 0.7  # of responses
    max_new_tokens: int = 4096
    max_new_tokens_long: int = 32_768  # for models that think at length


SAMPLING = Sampling()


@dataclass(frozen=True)
class Benchmark:
    """What the paper fixes for one benchmark. `options` is 0 for open questions."""

    name: str
    title: str
    options: int  # the most that a question has
    aggregator: str  # the one that the paper's trials chose
    annotator: str = "Qwen2.5-7B"
    k: int = 3
    wording: str = "paper"  # a name in moe_core.wordings.WORDINGS
    # Whether files in its columns are its alone; others' need its name in theirs.
    is_told_by_columns: bool = True
    validation: int | None = None  # questions that the paper's scripts use, where known
    test: int | None = None


BENCHMARKS: dict[str, Benchmark] = {
    benchmark.name: benchmark
    for benchmark in (
        Benchmark("mmlu-pro", "MMLU-Pro", 10, "R1-Distill-Llama-8B", validation=350, test=2100),
        Benchmark("gpqa", "GPQA", 4, "R1-Distill-Qwen-7B"),
        Benchmark("aime", "AIME", 0, "R1-Distill-Qwen-7B", is_told_by_columns=False),
        Benchmark("medmcqa", "MedMCQA", 4, "Exaone-3.5-7.8B"),
    )
}


def benchmark_named(name: str) -> Benchmark:
    """Raises BenchmarkError for a name that is not in BENCHMARKS."""
    try:
        return BENCHMARKS[name]
    except KeyError:
        known = ", ".join(BENCHMARKS)
        raise BenchmarkError(f"unknown benchmark {name!r}: choose one of {known}") from None
