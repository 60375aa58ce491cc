"""What is told of each method beside its accuracy: what an oracle would add, and what it costs."""

from collections.abc import Mapping, Sequence

import numpy as np

from moe_core.evidence import Floats
from moe_core.replay.comparison import Comparison
from moe_core.replay.splits import Mean, mean_of, summary
from moe_core.replay.ways import ORACLE


def measured(draws: Sequence[Comparison]) -> dict[str, dict[str, Mean]]:
    """The summary of what was played, with points "under oracle", "seats" and "characters".

    Under oracle (RouterBench, arXiv 2403.12031, and RouterArena, arXiv 2510.00202): right where any
    expert is, minus right. Seats and characters are those of the responses asked for, per question,
    by a method's first seed; characters only where all are known.
    """
    found = summary([of.outcomes() for of in draws])
    oracles = [_oracle(of) for of in draws]
    for name, row in found.items():
        if name == ORACLE:
            continue
        outcomes = [of.outcomes()[name] for of in draws]
        gaps = [best - own for best, own in zip(oracles, outcomes, strict=True)]
        row["under oracle"] = mean_of(gaps, 100)
        asked = [of.asked(name) for of in draws]
        for column in ("seats", "characters"):
            values = [of[column] for of in asked]
            if not any(np.isnan(of).any() for of in values):
                row[column] = mean_of(values, 1)
    return found


def _oracle(of: Comparison) -> Floats:
    return np.asarray(np.nan_to_num(of.test.right[of.test.graded]).max(axis=1))


def rounded(row: Mapping[str, Mean]) -> dict[str, list[float]]:
    """As it is kept: each value with its standard error."""
    return {column: [round(mean.value, 2), round(mean.error, 2)] for column, mean in row.items()}
