"""Pools that are proposed, made of those of their experts that were added here."""

from dataclasses import dataclass

from moe_core.benchmarks import Benchmark
from webapp.experts.models import Expert
from webapp.experts.presets import FITS, PAPER, PresetExpert, PresetSet

HOW_TO_ADD = (
    "An administrator adds them on the page Experts, or all at once by `add_expert --preset {}`."
)


@dataclass(frozen=True)
class PresetPool:
    """Who is there for a pool, and whose presets are not (their names).

    `aggregators` are the candidates that are proposed; without any, trials rank all experts.
    """

    name: str  # that is proposed
    experts: list[Expert]
    annotator: Expert | None
    aggregators: list[Expert]
    missing: list[str]
    warnings: list[str]  # what is not as proposed, with what to do


def preset_pool(benchmark: Benchmark) -> PresetPool:
    """The paper's for a benchmark. Its trials have chosen an aggregator: the one candidate."""
    return _pool(
        PAPER,
        f"Paper, {benchmark.title}",
        benchmark.annotator,
        (benchmark.aggregator,),
        annotates="which annotates in the paper,",
        aggregates=f"which aggregates {benchmark.title} in the paper,",
    )


def fit_pool(gigabytes: int) -> PresetPool:
    """For a GPU of a size in FITS."""
    chosen = FITS[gigabytes]
    return _pool(
        chosen,
        f"{gigabytes} GB",
        chosen.annotator,
        chosen.aggregators,
        annotates="which would annotate,",
        aggregates="which would aggregate,",
    )


def there_of(presets: list[PresetExpert]) -> dict[str, Expert]:
    """The installation's experts by the names of the presets that they were made of."""
    added = list(Expert.objects.filter(team=None))
    found = {preset.name: _added(preset, added) for preset in presets}
    return {name: expert for name, expert in found.items() if expert is not None}


def _pool(
    chosen: PresetSet,
    name: str,
    annotator: str,
    aggregators: tuple[str, ...],
    *,
    annotates: str,
    aggregates: str,
) -> PresetPool:
    """From the installation's experts; nothing is stored."""
    there = there_of(chosen.presets)
    missing = [member for member in chosen.members if member not in there]
    warnings = []
    if missing:
        listed = ", ".join(missing)
        how = HOW_TO_ADD.format(chosen.name)
        warnings.append(f"Not added yet, and so not in the pool: {listed}. {how}")
    if annotator not in there:
        warnings.append(
            f"{annotator}, {annotates} is not there: without an annotator the embedder finds the"
            " skills."
        )
    if not there.keys() & set(aggregators):
        listed = ", ".join(aggregators)
        verb = "is" if len(aggregators) == 1 else "are"
        warnings.append(f"{listed}, {aggregates} {verb} not there: every expert is a candidate.")
    return PresetPool(
        name=name,
        experts=list(there.values()),
        annotator=there.get(annotator),
        aggregators=[there[candidate] for candidate in aggregators if candidate in there],
        missing=missing,
        warnings=warnings,
    )


def _added(preset: PresetExpert, experts: list[Expert]) -> Expert | None:
    """By its name, else by its hub id: it may have been called, or be loaded from, elsewhere."""
    by_name = (expert for expert in experts if expert.name == preset.name)
    by_source = (expert for expert in experts if expert.source == preset.source)
    return next(by_name, None) or next(by_source, None)
