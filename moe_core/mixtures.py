"""Deviations that are alike for like questions, averaged over how large they may be.

A Gaussian process whose covariance is chance plus a mixture of kernels and of domains. No mixture
is chosen: each on a grid is weighed by how probable it makes what was seen. In closed form.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
from scipy.linalg import cholesky, solve_triangular

from moe_core.evidence import Floats, Vectors

# Variance of a deviation against that of chance. 0: no such deviation.
RATIOS = (0.0, 0.004, 0.016, 0.064, 0.25, 1.0, 4.0)
NEGLIGIBLE = 1e-9  # a mixture that is less probable is left out


@dataclass(frozen=True)
class Outcomes:
    """What was seen of n questions (n, columns), each column with the same mixture.

    `degrees`: how many of the columns are free.
    """

    values: Floats
    degrees: int


@dataclass(frozen=True)
class Deviations:
    """Posterior means: per kernel its weights (n, columns), so that a prediction is the kernel to
    the n questions @ weights; and each domain's own deviation (domains, columns).
    """

    kernels: Sequence[Floats]
    domains: Floats

    def plus(self, domains: Floats) -> "Deviations":
        """With something added to the domains' own."""
        return replace(self, domains=self.domains + domains)


class _Mixture:
    """Chance and kernels of fixed ratios; domains of any ratio (Woodbury: they are few)."""

    def __init__(
        self,
        ratios: Sequence[float],
        kernels: Sequence[Vectors],
        domains: Floats,
        outcomes: Sequence[Outcomes],
        chance: Floats,
    ) -> None:
        self.ratios = ratios
        covariance = np.diag(chance)
        for ratio, kernel in zip(ratios, kernels, strict=True):
            covariance += ratio * kernel
        self._lower = cholesky(covariance, lower=True, overwrite_a=True, check_finite=False)
        through = self._halved(domains)
        self._spread, turn = np.linalg.eigh(through.T @ through)
        self._spread = np.maximum(self._spread, 0.0)
        self._turned = through @ turn
        self._halves = [self._halved(of.values) for of in outcomes]
        grid = np.array(RATIOS)[:, None]
        self._shrunk = grid / (1 + grid * self._spread)  # (ratios, domains)

    def log_evidences(self, place: int, degrees: int) -> Floats:
        """Of the outcomes at a place, for each ratio of the domains (ratios).

        The noise's variance is integrated out at its most likely value.
        """
        half = self._halves[place]
        explained = self._shrunk @ ((self._turned.T @ half) ** 2).sum(axis=1)
        left = np.maximum(float((half**2).sum()) - explained, 1e-12)
        noise = left / (len(half) * degrees)
        determinant = 2 * np.log(np.diag(self._lower)).sum()
        determinant = determinant + np.log1p(np.array(RATIOS)[:, None] * self._spread).sum(axis=1)
        return np.asarray(-0.5 * degrees * (determinant + len(half) * np.log(noise)))

    def solved(self, place: int, weights: Floats) -> Floats:
        """The outcomes solved for, summed over the ratios of the domains by `weights`."""
        half = self._halves[place]
        shrunk = (weights @ self._shrunk)[:, None] * (self._turned.T @ half)
        left = weights.sum() * half - self._turned @ shrunk
        return np.asarray(
            solve_triangular(self._lower, left, lower=True, trans=1, check_finite=False)
        )

    def _halved(self, values: Floats) -> Floats:
        return np.asarray(solve_triangular(self._lower, values, lower=True, check_finite=False))


def averaged(
    kernels: Sequence[Vectors], domains: Floats, outcomes: Sequence[Outcomes], chance: Floats
) -> list[Deviations]:
    """The deviations of each of the outcomes, for n questions.

    `kernels` are (n, n); `domains` (n, domains) says how likely each question is of each domain;
    `chance` (n) how much of its outcome is chance, against the mean: less where all are right.
    """
    if len(domains) == 0:
        nothing = [np.zeros_like(of.values) for of in outcomes]
        none = [np.zeros((domains.shape[1], of.values.shape[1])) for of in outcomes]
        return [
            Deviations([zero] * len(kernels), zeros)
            for zero, zeros in zip(nothing, none, strict=True)
        ]
    grid = list(product(RATIOS, repeat=len(kernels)))

    def mixtures(chosen: Sequence[int]) -> Iterator[_Mixture]:
        return (_Mixture(grid[place], kernels, domains, outcomes, chance) for place in chosen)

    evidences = np.array(
        [
            [m.log_evidences(place, of.degrees) for place, of in enumerate(outcomes)]
            for m in mixtures(range(len(grid)))
        ]
    )  # (grid, outcomes, ratios)
    probable = np.exp(evidences - evidences.max(axis=(0, 2), keepdims=True))
    probable /= probable.sum(axis=(0, 2), keepdims=True)
    # Factored again: to keep all factors would take a gigabyte.
    chosen = np.flatnonzero((probable > NEGLIGIBLE).any(axis=(1, 2))).tolist()
    found = [
        (
            [np.zeros_like(of.values) for _ in kernels],
            np.zeros((domains.shape[1], of.values.shape[1])),
        )
        for of in outcomes
    ]
    for row, mixture in zip(chosen, mixtures(chosen), strict=True):
        for place, (of_kernels, of_domains) in enumerate(found):
            weights = probable[row, place]
            solved = mixture.solved(place, weights)
            for ratio, total in zip(mixture.ratios, of_kernels, strict=True):
                total += ratio * solved
            of_domains += domains.T @ mixture.solved(place, weights * np.array(RATIOS))
    return [Deviations(*of) for of in found]
