"""Nearest neighbours: experts by their outcomes on the validation questions that read alike."""

import numpy as np

from moe_core.comparators.choosing import best_of, shares
from moe_core.evidence import Evidence, Floats, Vectors

COUNTS = (5, 10, 20, 40, 80, 160)  # of neighbours; one is chosen on the validation questions


class Neighbours:
    """The mean outcome of each expert on the questions nearest to this one (kNN)."""

    def __init__(self, evidence: Evidence) -> None:
        self._evidence = evidence
        cosines = self._cosines(evidence.vectors)
        np.fill_diagonal(cosines, -np.inf)  # nobody is its own neighbour
        fitting = sorted({min(count, len(cosines)) for count in COUNTS})
        self.count = best_of(
            fitting, lambda count: shares(self._weights(cosines, count), evidence), evidence
        )

    def of(self, vectors: Vectors) -> Floats:
        """Each expert's chance of being right on n questions (n, e); `vectors` (n, d)."""
        return shares(self._weights(self._cosines(vectors), self.count), self._evidence)

    def _cosines(self, vectors: Vectors) -> Floats:
        """With the validation questions (n, m), rounded: equals are equal in every matrix."""
        cosines = (vectors @ self._evidence.vectors.T).astype(np.float64)
        return np.asarray(np.round(cosines, 6), dtype=np.float64)

    def _weights(self, cosines: Floats, count: int) -> Floats:
        """What each validation question counts for (n, m)."""
        nearest = np.argsort(-cosines, axis=1, kind="stable")[:, :count]
        weights = np.zeros_like(cosines)
        np.put_along_axis(weights, nearest, 1.0, axis=1)
        weights[np.isinf(cosines)] = 0.0
        return weights


class Retrieved(Neighbours):
    """The prior of SMCS: what is retrieved counts by its cosine, and so does what nearly was."""

    NEARLY = 0.95  # of the cosine of the last that is retrieved

    def _weights(self, cosines: Floats, count: int) -> Floats:
        last = -np.sort(-cosines, axis=1)[:, count - 1 : count]
        kept = cosines >= np.minimum(last, self.NEARLY * last)
        return np.where(kept, np.clip(cosines, 0.0, None), 0.0)
