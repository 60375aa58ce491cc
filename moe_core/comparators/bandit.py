"""Bandit feedback: what is learnt where only the chosen expert's outcome is ever seen."""

import numpy as np

from moe_core.evidence import Evidence, Floats, Vectors

CONTEXT = 8  # principal components of the embeddings
CURIOSITY = 1.0  # standard errors that an expert is given for what is not known of it


class Bandit:
    """LinUCB (disjoint) over the validation questions in a random order, each asked of one expert.

    Of the m outcomes of each of e experts, m in all are seen. Then it only exploits.
    """

    def __init__(self, evidence: Evidence) -> None:
        vectors = evidence.vectors.astype(np.float64)
        self._centre = vectors.mean(axis=0)
        _, _, axes = np.linalg.svd(vectors - self._centre, full_matrices=False)
        self._axes = axes[:CONTEXT]
        self._spread = np.maximum(((vectors - self._centre) @ self._axes.T).std(axis=0), 1e-6)
        contexts = self._contexts(evidence.vectors)
        experts, size = evidence.right.shape[1], contexts.shape[1]
        inverses = np.tile(np.eye(size), (experts, 1, 1))
        sums = np.zeros((experts, size))
        self.asked = np.zeros(experts, dtype=int)
        for row in np.random.default_rng(0).permutation(len(contexts)).tolist():
            context = contexts[row]
            spread = np.einsum("i,eij,j->e", context, inverses, context)
            hopes = np.einsum("eij,ej,i->e", inverses, sums, context) + CURIOSITY * spread**0.5
            hopes[np.isnan(evidence.right[row])] = -np.inf  # never recorded: cannot be asked
            if not np.isfinite(hopes).any():
                continue
            chosen = int(np.round(hopes, 9).argmax())
            self.asked[chosen] += 1
            step = inverses[chosen] @ context
            inverses[chosen] -= np.outer(step, step) / (1 + context @ step)
            sums[chosen] += evidence.right[row, chosen] * context
        self._slopes = np.einsum("eij,ej->ei", inverses, sums)

    def of(self, vectors: Vectors) -> Floats:
        """Each expert's chance of being right on n questions (n, e), as far as it was asked."""
        return np.asarray(self._contexts(vectors) @ self._slopes.T)

    def _contexts(self, vectors: Vectors) -> Floats:
        """An intercept and the components, of like spread (n, 1 + CONTEXT at most)."""
        components = (vectors - self._centre) @ self._axes.T / self._spread
        return np.column_stack([np.ones(len(vectors)), components / CONTEXT**0.5])
