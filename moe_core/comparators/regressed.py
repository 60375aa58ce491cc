"""CARROT: how likely each expert is right, and what its response costs, by two regressions."""

import numpy as np

from moe_core.comparators.choosing import best_of
from moe_core.evidence import Evidence, Floats, Vectors

# The strength of the prior; one is chosen by leaving each validation question out.
PENALTIES = (1e-2, 1e-1, 1.0, 1e1, 1e2)


class Ridge:
    """A linear regression of several columns on embeddings, shrunk towards each column's mean.

    `targets` (n, columns), nan where unknown; a column's mean stands in there, which shrinks it.
    """

    def __init__(self, vectors: Vectors, targets: Floats, penalty: float) -> None:
        known = ~np.isnan(targets)
        self._mean = np.nansum(targets, axis=0) / np.maximum(known.sum(axis=0), 1)
        rest = np.where(known, targets - self._mean, 0.0)
        self._centre = vectors.mean(axis=0, dtype=np.float64)
        inputs = vectors - self._centre
        gram = inputs @ inputs.T
        solved = np.linalg.inv(gram + penalty * np.eye(len(gram)))
        hat = gram @ solved
        self._slopes = inputs.T @ (solved @ rest)
        own = np.minimum(np.diag(hat), 1 - 1e-9)[:, None]
        # What the fit without a question says of it (Sherman-Morrison); the means are kept.
        self.left_out = self._mean + (hat @ rest - own * rest) / (1 - own)

    def of(self, vectors: Vectors) -> Floats:
        """The columns of n questions (n, columns)."""
        return np.asarray(self._mean + (vectors - self._centre) @ self._slopes)


class Regressed:
    """The plug-in estimate of each expert's accuracy."""

    def __init__(self, evidence: Evidence) -> None:
        fits = {p: Ridge(evidence.vectors, evidence.right, p) for p in PENALTIES}
        self.penalty = best_of(PENALTIES, lambda penalty: fits[penalty].left_out, evidence)
        self._fit = fits[self.penalty]

    def of(self, vectors: Vectors) -> Floats:
        """Each expert's chance of being right on n questions (n, e); `vectors` (n, d)."""
        return np.clip(self._fit.of(vectors), 0.0, 1.0)
