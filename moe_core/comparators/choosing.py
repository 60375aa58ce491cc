"""From estimates to experts, and how a comparator chooses its own numbers."""

from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from moe_core.evidence import Evidence, Floats, Vectors

Choice = TypeVar("Choice")


class Estimates(Protocol):
    """What a comparator has fitted to evidence."""

    def of(self, vectors: Vectors) -> Floats:
        """How well each expert does on n questions (n, e), larger is better; `vectors` (n, d)."""
        ...


def ranked(estimates: Floats, strength: Floats) -> NDArray[np.int_]:
    """The experts of each question (n, e), the best first; of equals the stronger, then the first.

    Estimates are rounded, so that equals are equal however many questions share a matrix.
    """
    rows = np.broadcast_to(-strength, estimates.shape)
    return np.asarray(np.lexsort((rows, -np.round(estimates, 6)), axis=1))


def best_of(
    choices: Sequence[Choice], left_out: Callable[[Choice], Floats], evidence: Evidence
) -> Choice:
    """The choice by which the expert ranked first was right most often, on the questions that all
    were asked; of equals the last.

    `left_out` gives the estimates (n, e) of the validation questions, each without its own
    outcomes.
    """
    right = np.nan_to_num(evidence.right)
    rows = evidence.asked_of_all

    def score(choice: Choice) -> float:
        first = ranked(left_out(choice), evidence.strength)[rows, 0]
        return round(float(right[rows, first].sum()), 6)

    return max(reversed(choices), key=score)


def shares(weights: Floats, evidence: Evidence) -> Floats:
    """Each expert's weighted share of right answers on n questions (n, e).

    `weights` (n, m): what each validation question counts for each question. Where an expert has
    answered none that counts, its strength.
    """
    seen = weights @ (~np.isnan(evidence.right)).astype(np.float64)
    right = weights @ np.nan_to_num(evidence.right)
    counted = seen > 1e-12
    return np.where(counted, right / np.where(counted, seen, 1.0), evidence.strength)
