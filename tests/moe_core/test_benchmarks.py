"""The paper's benchmarks agree with the other places that state the paper's figures."""

from dataclasses import FrozenInstanceError

import pytest

from moe_core.benchmarks import BENCHMARKS, SAMPLING, benchmark_named
from moe_core.errors import BenchmarkError
from moe_core.wordings import WORDINGS
from webapp.execution.asking import ANNOTATION_TEMPERATURE
from webapp.experts.presets import PAPER


def test_who_is_named_is_in_the_papers_pool() -> None:
    for benchmark in BENCHMARKS.values():
        assert {benchmark.annotator, benchmark.aggregator} <= set(PAPER.members)
        assert benchmark.wording in WORDINGS
        assert benchmark.k == 3


def test_the_papers_figures() -> None:
    assert [(b.title, b.options) for b in BENCHMARKS.values()] == [
        ("MMLU-Pro", 10),
        ("GPQA", 4),
        ("AIME", 0),
        ("MedMCQA", 4),
    ]
    assert (SAMPLING.annotations, SAMPLING.annotation_temperature) == (5, ANNOTATION_TEMPERATURE)
    sizes = benchmark_named("mmlu-pro")
    assert (sizes.validation, sizes.test) == (350, 2100)
    with pytest.raises(FrozenInstanceError):
        sizes.k = 5  # type: ignore[misc]


def test_an_unknown_benchmark_is_refused() -> None:
    with pytest.raises(BenchmarkError, match="'mmlu': choose one of mmlu-pro, gpqa, aime, medmcqa"):
        benchmark_named("mmlu")
