"""What others have published of systems like this one: to stand beside a team's own figures.

Only figures with a source that can be read. They are of other pools, other questions and other
prompts, so that they say what to expect and compare with nothing by points.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from moe_core.benchmarks import BENCHMARKS

_PAPER = "Symbolic-MoE, arXiv 2503.05641"
_SCRIPTS = "README of its scripts"
_AVENGERS = "The Avengers, arXiv 2505.19797"
_READ = date(2026, 11, 30)


@dataclass(frozen=True)
class Published:
    """A figure of somebody else's.

    `what` it is of and the `figure`, in words; `on`: which questions, in words; `benchmark`: a name
    in BENCHMARKS, where it is of one. `source` and `part`: where it stands. `read`: when somebody
    looked it up there; None: it is quoted from others who did.
    """

    what: str
    figure: str
    on: str
    source: str
    part: str
    benchmark: str = ""
    read: date | None = _READ


def _of_benchmarks() -> Iterator[Published]:
    for of in BENCHMARKS.values():
        what = "the aggregator that the paper's trials chose"
        yield Published(what, of.aggregator, of.title, _PAPER, _SCRIPTS, of.name)
        if of.validation and of.test:
            what, figure = "validation and test questions", f"{of.validation:,} and {of.test:,}"
            yield Published(what, figure, of.title, _PAPER, "its scripts' data", of.name, None)


def _of_avengers() -> Iterator[Published]:
    rows = {
        "Symbolic-MoE, as others ran it": "58.6 %",
        "the best single expert there": "60.9 %",
        "the best expert of each benchmark there": "69.6 %",
        "clusters of embeddings, and votes": "70.5 %",
    }
    for what, figure in rows.items():
        on = "15 benchmarks, ten models of about 7B"
        yield Published(what, figure, on, _AVENGERS, "table 2", read=None)


PUBLISHED: Sequence[Published] = (
    Published(
        "the paper over the best multi-agent baseline",
        "+8.15 points",
        "MMLU-Pro, GPQA, AIME and MedMCQA, on average",
        _PAPER,
        "abstract",
    ),
    *_of_benchmarks(),
    *_of_avengers(),
)


def published_for(benchmark: str = "") -> list[Published]:
    """What is of no single benchmark, and, first, of the one called `benchmark`."""
    found = [of for of in PUBLISHED if of.benchmark in ("", benchmark)]
    return sorted(found, key=lambda of: of.benchmark == "")
