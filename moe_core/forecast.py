"""How likely each expert is right on a question: strength, plus what similar questions showed.

Not in the paper, whose scores count right minus wrong per skill and know no uncertainty. An
expert's outcomes on the validation questions are its strength, plus a deviation that is alike for
questions with neighbouring skills, plus one that is alike for neighbouring texts, plus chance: a
Gaussian process with two kernels. How much deviations count is not tuned: every mixture on a grid
is weighed by how probable it makes the evidence, so that a pool without specialists is recruited
by strength and a pool of specialists by their skills. All in closed form, no gradients.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from moe_core.evidence import Evidence, Floats, Vectors

SHARPNESS = 4.0  # of both kernels: exp(SHARPNESS (cosine - 1))
# Variance of a deviation against that of chance. 0: no such deviation.
RATIOS = (0.0, 0.004, 0.016, 0.064, 0.25, 1.0, 4.0)
MOST = 1000  # validation questions that are compared with; fitting takes their number cubed
SURE = 0.02  # nobody is thought right, or wrong, with more certainty than this


@dataclass(frozen=True)
class Chances:
    """Of n questions and e experts: the chance of being right and what it is the sum of.

    `strength` (e), `question` (n): how much easier than the mean, for all alike; `skills` and
    `neighbours` (n, e): how much better than its strength an expert is there.
    """

    strength: Floats
    question: Floats
    skills: Floats
    neighbours: Floats

    @property
    def right(self) -> Floats:
        """The chances (n, e), within SURE of 0 and 1."""
        return np.asarray(np.clip(self.relative + self.question[:, None], SURE, 1 - SURE))

    @property
    def relative(self) -> Floats:
        """What tells the experts apart (n, e): everything but the question's difficulty."""
        return np.asarray(self.strength + self.skills + self.neighbours)


class Forecast:
    """Fitted to evidence once; see the module's docstring."""

    def __init__(self, evidence: Evidence) -> None:
        if len(evidence.questions) > MOST:
            chosen = np.random.default_rng(0).permutation(len(evidence.questions))[:MOST]
            evidence = evidence.only(sorted(chosen.tolist()))
        self._evidence = evidence
        self._skills = self._skill_vectors(evidence.skills)
        kernels = [self._kernel(self._skills, self._skills)]
        kernels.append(self._kernel(evidence.vectors, evidence.vectors))
        deviation = np.nan_to_num(evidence.right - evidence.strength)
        seen = np.maximum((~np.isnan(evidence.right)).sum(axis=1, keepdims=True), 1)
        shared = deviation.sum(axis=1, keepdims=True) / seen
        own = np.where(np.isnan(evidence.right), 0.0, deviation - shared)
        self._own = _averaged(kernels, own, degrees=max(len(evidence.experts) - 1, 1))
        self._shared = _averaged(kernels, shared, degrees=1)

    def chances(self, skills: Sequence[Sequence[str]], vectors: Vectors) -> Chances:
        """For n questions: `skills` of each, as in the evidence, and `vectors` (n, d)."""
        near = [
            self._kernel(self._skill_vectors(skills), self._skills),
            self._kernel(vectors, self._evidence.vectors),
        ]
        own = [kernel @ weights for kernel, weights in zip(near, self._own, strict=True)]
        shared = [kernel @ weights for kernel, weights in zip(near, self._shared, strict=True)]
        return Chances(self._evidence.strength, (shared[0] + shared[1])[:, 0], own[0], own[1])

    def _skill_vectors(self, skills: Sequence[Sequence[str]]) -> Vectors:
        """One unit vector per question: the mean of its skills'; zeros where it has none."""
        known = self._evidence.skill_vectors
        size = self._evidence.vectors.shape[1]
        sums = np.zeros((len(skills), size), dtype=np.float32)
        for row, named in enumerate(skills):
            for skill in named:
                if skill in known:
                    sums[row] += known[skill]
        length = np.linalg.norm(sums, axis=1, keepdims=True)
        return np.asarray(np.divide(sums, length, out=sums, where=length > 0))

    def _kernel(self, left: Vectors, right: Vectors) -> Vectors:
        return np.asarray(np.exp(np.float32(SHARPNESS) * (left @ right.T - np.float32(1))))


def _averaged(
    kernels: Sequence[NDArray[np.float32]], outcomes: Floats, degrees: int
) -> list[Floats]:
    """Weights per kernel (n, columns): prediction = kernel to the questions @ weights.

    The posterior mean of a Gaussian process, averaged over all mixtures of RATIOS by their
    evidence. The noise's variance is integrated out at its most likely value.
    """
    n = len(outcomes)
    if n == 0:
        return [np.zeros_like(outcomes) for _ in kernels]
    evidences: list[float] = []
    solved: list[tuple[tuple[float, ...], Floats]] = []
    for mixture in product(RATIOS, repeat=len(kernels)):
        covariance = np.eye(n)
        for ratio, kernel in zip(mixture, kernels, strict=True):
            covariance += ratio * kernel
        lower = np.linalg.cholesky(covariance)
        half = np.linalg.solve(lower, outcomes)
        noise = max(float((half**2).sum()), 1e-12) / (n * degrees)
        log_determinant = 2 * float(np.log(np.diag(lower)).sum())
        evidences.append(-0.5 * degrees * (log_determinant + n * np.log(noise)))
        solved.append((mixture, np.linalg.solve(lower.T, half)))
    weights = np.exp(np.array(evidences) - max(evidences))
    weights /= weights.sum()
    total = [np.zeros_like(outcomes) for _ in kernels]
    for weight, (mixture, solution) in zip(weights, solved, strict=True):
        for place, ratio in enumerate(mixture):
            total[place] += weight * ratio * solution
    return total
