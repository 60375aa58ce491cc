"""Tables of outcomes that are worked by hand: questions lie on a circle, by their angle."""

from collections.abc import Sequence

import numpy as np

from moe_core.evidence import Evidence, Vectors
from moe_core.values import Question


def at(*degrees: float) -> Vectors:
    """One unit vector for each angle (n, 2)."""
    radians = np.radians(degrees)
    return np.column_stack([np.cos(radians), np.sin(radians)]).astype(np.float32)


def table(degrees: Sequence[float], **experts: str) -> Evidence:
    """One question per angle; of each expert a letter for each: 1 right, 0 wrong, - not answered.

    Whoever is right states A, others B.
    """
    right = np.array([[np.nan if c == "-" else float(c) for c in o] for o in experts.values()]).T
    said = [[None if np.isnan(r) else "A" if r else "B" for r in row] for row in right]
    n = len(degrees)
    return Evidence(
        experts=tuple(experts),
        questions=[Question(f"Question {place}?", ("one", "two"), "A") for place in range(n)],
        stated=said,
        right=right,
        doubts=np.zeros(right.shape, dtype=int),
        skills=[[] for _ in range(n)],
        vectors=at(*degrees),
        skill_vectors={},
    )
