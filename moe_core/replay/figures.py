"""Figures of a comparison: accuracies in percent with intervals, and paired differences."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from moe_core.evidence import Floats
from moe_core.paired import LEVEL, mcnemar

Outcomes = Mapping[str, Floats]  # method → (n,): 1 right, 0 not, or the mean over seeds


def bootstrap(outcomes: Outcomes, samples: int) -> dict[str, Floats]:
    """Per method its accuracy in each sample (samples,); all see the same questions drawn."""
    table = np.stack(list(outcomes.values()))
    size = table.shape[1]
    rng = np.random.default_rng(0)
    drawn = (rng.integers(size, size=size) for _ in range(samples))
    found = np.array([100 * table[:, places].mean(axis=1) for places in drawn])
    return dict(zip(outcomes, found.T, strict=True))


def interval(values: Floats) -> list[float]:
    """The 95 % interval of bootstrapped values."""
    return [round(float(value), 2) for value in np.percentile(values, LEVEL)]


def difference(
    name: str, other: str, outcomes: Outcomes, first: Outcomes, samples: Outcomes
) -> dict[str, Any]:
    """Percentage points of one method over another, paired by question.

    The interval is the bootstrap's; p is McNemar's exact test, by the answers of each method's
    `first` seed.
    """
    gained = int(np.sum(first[name] > first[other]))
    lost = int(np.sum(first[name] < first[other]))
    p = mcnemar(gained, lost)
    return {
        "difference": round(100 * float(np.mean(outcomes[name] - outcomes[other])), 2),
        "ci95": interval(samples[name] - samples[other]),
        "gained": gained,
        "lost": lost,
        "mcnemar_p": float(f"{p:.3g}"),
    }
