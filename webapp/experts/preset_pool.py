"""The paper's pool for a benchmark, made of those of its experts that were added here."""

from dataclasses import dataclass

from moe_core.benchmarks import Benchmark
from webapp.experts.models import Expert
from webapp.experts.presets import PAPER_EXPERTS, PresetExpert


@dataclass(frozen=True)
class PresetPool:
    """Who is there for a pool, and which of the paper's experts are not (their names).

    The benchmark's aggregator is the one candidate: the paper's trials have chosen it already.
    Without it `aggregators` is empty, so that trials rank all experts of the pool.
    """

    benchmark: Benchmark
    experts: list[Expert]
    annotator: Expert | None
    aggregators: list[Expert]
    missing: list[str]

    @property
    def warnings(self) -> list[str]:
        """What is not as in the paper, with what to do."""
        found = []
        if self.missing:
            found.append(
                f"Not added yet, and so not in the pool: {', '.join(self.missing)}."
                " An administrator adds them on the page Experts, or by `add_expert --preset NAME`."
            )
        if self.annotator is None:
            found.append(
                f"{self.benchmark.annotator}, which annotates in the paper, is not there: without"
                " an annotator the embedder finds the skills."
            )
        if not self.aggregators:
            found.append(
                f"{self.benchmark.aggregator}, which aggregates {self.benchmark.title} in the"
                " paper, is not there: every expert is a candidate."
            )
        return found


def preset_pool(benchmark: Benchmark) -> PresetPool:
    """From the installation's experts; nothing is stored."""
    added = list(Expert.objects.filter(team=None))
    there = {p.name: expert for p in PAPER_EXPERTS if (expert := _added(p, added)) is not None}
    aggregator = there.get(benchmark.aggregator)
    return PresetPool(
        benchmark=benchmark,
        experts=list(there.values()),
        annotator=there.get(benchmark.annotator),
        aggregators=[aggregator] if aggregator else [],
        missing=[preset.name for preset in PAPER_EXPERTS if preset.name not in there],
    )


def _added(preset: PresetExpert, experts: list[Expert]) -> Expert | None:
    """By its name, else by its hub id: it may have been called, or be loaded from, elsewhere."""
    by_name = (expert for expert in experts if expert.name == preset.name)
    by_source = (expert for expert in experts if expert.source == preset.source)
    return next(by_name, None) or next(by_source, None)
