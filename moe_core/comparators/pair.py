"""RouteLLM: of a pair of experts, which one wins on questions like this one."""

import numpy as np

from moe_core.evidence import Evidence, Floats, Vectors

BASE = 10.0  # a question counts BASE ** (1 + its cosine / the largest cosine)


class Pair:
    """The two strongest experts, weighed by similarity (the paper's SW ranking).

    For two, the weighted Bradley-Terry model has a closed form: the weighted share of the
    comparisons that one wins, a tie counting half.
    """

    def __init__(self, evidence: Evidence) -> None:
        self._evidence = evidence
        self.pair = np.argsort(-np.round(evidence.strength, 9), kind="stable")[:2].tolist()
        strong, weak = self.pair[0], self.pair[-1]
        right = evidence.right
        self._won = (1 + right[:, strong] - right[:, weak]) / 2  # nan: not compared

    def of(self, vectors: Vectors) -> Floats:
        """The pair's chances of winning on n questions (n, e); all others below, by strength."""
        compared = ~np.isnan(self._won)
        cosines = np.round(vectors @ self._evidence.vectors.T, 6).astype(np.float64)
        largest = np.maximum(cosines.max(axis=1, keepdims=True, initial=0.0), 1e-6)
        weights = np.where(compared, BASE ** (1 + np.clip(cosines / largest, -1, 1)), 0.0)
        total = weights.sum(axis=1)
        wins = (weights @ np.nan_to_num(self._won) + 0.5e-9) / (total + 1e-9)
        found = np.tile(self._evidence.strength - 1, (len(vectors), 1))
        found[:, self.pair[-1]] = 1 - wins
        found[:, self.pair[0]] = wins
        return found
