"""Deviations that are alike for like questions, averaged over how large they may be.

A Gaussian process whose covariance is chance plus a mixture of kernels and of domains. No mixture
is chosen: each on a grid is weighed by how probable it makes what was seen. In closed form.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
import scipy  # its parts are imported when they are first used
from numpy.typing import NDArray

from moe_core.evidence import Floats, Vectors

# Variance of a deviation against that of chance. 0: no such deviation.
RATIOS = (0.0, 0.004, 0.016, 0.064, 0.25, 1.0, 4.0)
NEGLIGIBLE = 1e-9  # a mixture that is less probable is left out

Ints = NDArray[np.int_]


@dataclass(frozen=True)
class Outcomes:
    """What was seen of n questions (n, columns), each column with the same mixture.

    nan where nothing was seen. `free`: how much of each is not told by the others, 0 to 1.
    """

    values: Floats
    free: float


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


@dataclass(frozen=True)
class _Part:
    """Those columns of one of the outcomes, by their place, that saw the same questions (rows)."""

    place: int
    columns: Ints
    values: Floats  # (rows, columns)
    degrees: float  # how many of the columns are free


class _Mixture:
    """Chance and kernels of fixed ratios; domains of any ratio (Woodbury: they are few). Of some
    questions, for the parts that saw them."""

    def __init__(self, covariance: Floats, domains: Floats, parts: Sequence[_Part]) -> None:
        self._lower = scipy.linalg.cholesky(
            covariance, lower=True, overwrite_a=True, check_finite=False
        )
        through = self._halved(domains)
        self._spread, turn = np.linalg.eigh(through.T @ through)
        self._spread = np.maximum(self._spread, 0.0)
        self._turned = through @ turn
        self._halves = [self._halved(part.values) for part in parts]
        grid = np.array(RATIOS)[:, None]
        self._shrunk = grid / (1 + grid * self._spread)  # (ratios, domains)
        determinant = 2 * np.log(np.diag(self._lower)).sum()
        self.determinants = determinant + np.log1p(grid * self._spread).sum(axis=1)

    def left(self, part: int) -> Floats:
        """What each ratio of the domains leaves to chance of a part's outcomes (ratios)."""
        half = self._halves[part]
        explained = self._shrunk @ ((self._turned.T @ half) ** 2).sum(axis=1)
        return np.asarray(float((half**2).sum()) - explained)

    def solved(self, part: int, weights: Floats) -> Floats:
        """The outcomes solved for, summed over the ratios of the domains by `weights`."""
        half = self._halves[part]
        shrunk = (weights @ self._shrunk)[:, None] * (self._turned.T @ half)
        left = weights.sum() * half - self._turned @ shrunk
        return self._divided(left, trans=1)

    def _halved(self, values: Floats) -> Floats:
        return self._divided(values, trans=0)

    def _divided(self, values: Floats, trans: int) -> Floats:
        return np.asarray(
            scipy.linalg.solve_triangular(
                self._lower, values, lower=True, trans=trans, check_finite=False
            )
        )


class _Seen:
    """All outcomes, in parts: columns that saw the same questions share a covariance."""

    def __init__(
        self,
        kernels: Sequence[Vectors],
        domains: Floats,
        outcomes: Sequence[Outcomes],
        chance: Floats,
    ) -> None:
        self._kernels, self._domains, self._chance = kernels, domains, chance
        self._places = range(len(outcomes))
        patterns: dict[bytes, tuple[Ints, list[_Part]]] = {}
        for place, of in enumerate(outcomes):
            seen = ~np.isnan(of.values)
            told, which = np.unique(seen, axis=1, return_inverse=True)
            for number, pattern in enumerate(told.T):
                rows, columns = np.flatnonzero(pattern), np.flatnonzero(which.ravel() == number)
                if len(rows):
                    values = of.values[np.ix_(rows, columns)]
                    part = _Part(place, columns, values, len(columns) * of.free)
                    patterns.setdefault(pattern.tobytes(), (rows, []))[1].append(part)
        self.patterns = list(patterns.values())

    def mixtures(self, ratios: Sequence[float]) -> Iterator[tuple[Ints, Sequence[_Part], _Mixture]]:
        """Of each pattern, where the kernels have these ratios."""
        covariance = np.diag(self._chance)
        for ratio, kernel in zip(ratios, self._kernels, strict=True):
            covariance += ratio * kernel
        for rows, parts in self.patterns:
            of_rows = covariance[np.ix_(rows, rows)]
            yield rows, parts, _Mixture(of_rows, self._domains[rows], parts)

    def log_evidences(self, ratios: Sequence[float]) -> Floats:
        """Of each of the outcomes, for each ratio of the domains (outcomes, ratios).

        The noise's variance is integrated out at its most likely value.
        """
        shape = (len(self._places), len(RATIOS))
        left, determinants, seen = np.zeros(shape), np.zeros(shape), np.zeros((shape[0], 1))
        for rows, parts, mixture in self.mixtures(ratios):
            for number, part in enumerate(parts):
                left[part.place] += mixture.left(number)
                determinants[part.place] += part.degrees * mixture.determinants
                seen[part.place] += part.degrees * len(rows)
        noise = np.maximum(left, 1e-12) / np.maximum(seen, 1e-12)
        return np.asarray(-0.5 * (determinants + seen * np.log(noise)))


def averaged(
    kernels: Sequence[Vectors], domains: Floats, outcomes: Sequence[Outcomes], chance: Floats
) -> list[Deviations]:
    """The deviations of each of the outcomes, for n questions.

    `kernels` are (n, n); `domains` (n, domains) says how likely each question is of each domain;
    `chance` (n) how much of its outcome is chance, against the mean: less where all are right.
    """
    found = [
        Deviations(
            [np.zeros_like(of.values) for _ in kernels],
            np.zeros((domains.shape[1], of.values.shape[1])),
        )
        for of in outcomes
    ]
    if len(domains) == 0:
        return found
    grid = list(product(RATIOS, repeat=len(kernels)))
    seen = _Seen(kernels, domains, outcomes, chance)
    evidences = np.array(
        [seen.log_evidences(ratios) for ratios in grid]
    )  # (grid, outcomes, ratios)
    probable = np.exp(evidences - evidences.max(axis=(0, 2), keepdims=True))
    probable /= probable.sum(axis=(0, 2), keepdims=True)
    # Factored again: to keep all factors would take a gigabyte.
    for number in np.flatnonzero((probable > NEGLIGIBLE).any(axis=(1, 2))).tolist():
        for rows, parts, mixture in seen.mixtures(grid[number]):
            for place, part in enumerate(parts):
                weights = probable[number, part.place]
                solved = mixture.solved(place, weights)
                into = found[part.place]
                for ratio, total in zip(grid[number], into.kernels, strict=True):
                    total[np.ix_(rows, part.columns)] += ratio * solved
                of_domains = mixture.solved(place, weights * np.array(RATIOS))
                into.domains[:, part.columns] += domains[rows].T @ of_domains
    return found
