"""Which of the validation questions an expert is asked, where it is not asked all of them.

Benchmarks are known to be much longer than telling models apart takes: tinyBenchmarks (arXiv
2402.14992) asks a hundred anchors instead of thousands. What is chosen has to look like the whole,
for routing reads it question by question: so it is spread evenly over domains and, where others
have answered, over how many of them were right. Shares of right answers then are those of the
whole but for chance, and less of that. docs/method-log.md has what this loses, and what else was
tried.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from moe_core.evidence import Floats


@dataclass(frozen=True)
class Part:
    """How much of the validation set an expert is asked; `known`: what that has cost elsewhere."""

    name: str
    title: str
    share: float
    known: str = ""

    def of(self, questions: int) -> int:
        """How many of so many."""
        return round(self.share * questions)


ALL = Part("all", "all questions", 1.0)
# Means of 20 splits, by `make bench-profiles`: docs/method-log.md.
_LOST = "Runs were right {} points less often on MMLU-Pro, {} on ZeroEval."
HALF = Part("half", "half of them", 1 / 2, _LOST.format("0.5 ± 0.2", "0.1 ± 0.1"))
THIRD = Part("third", "a third of them", 1 / 3, _LOST.format("0.2 ± 0.2", "0.2 ± 0.1"))
PARTS = {part.name: part for part in (ALL, HALF, THIRD)}


def anchors(categories: Sequence[str], right: Floats, count: int, seed: int = 0) -> list[int]:
    """The places of `count` of n questions, ascending; always the same for the same questions.

    `categories` (n), blank for none. `right` (n): the share of others that are right, nan where
    nobody has answered. The questions are put into order by both, and every so-manieth is taken.
    """
    n = len(categories)
    rng = np.random.default_rng(seed)
    hardness = np.nan_to_num(right, nan=-1.0)
    names = {name: place for place, name in enumerate(sorted(set(categories)))}
    domains = np.array([names[name] for name in categories], dtype=int)
    order: NDArray[np.int_] = np.lexsort((rng.random(n), hardness, domains))
    taken = ((np.arange(count) + rng.random()) * n / max(count, 1)).astype(int)
    return sorted(order[np.minimum(taken, n - 1)].tolist())
