"""The averaged deviations are what the plain formula says, mixture by mixture."""

from itertools import product

import numpy as np
import pytest

from moe_core import mixtures
from moe_core.mixtures import Outcomes, averaged

SIZE, COLUMNS = 12, 3


def test_the_average_is_that_of_all_mixtures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Against the textbook's Gaussian process: one dense covariance for each mixture."""
    ratios = (0.0, 0.25, 2.0)
    monkeypatch.setattr(mixtures, "RATIOS", ratios)
    rng = np.random.default_rng(4)
    points = rng.standard_normal((SIZE, 2))
    kernel = np.exp(-((points[:, None] - points) ** 2).sum(axis=2))
    domains = np.eye(4)[rng.integers(4, size=SIZE)]
    domains[0] = (0.5, 0.5, 0, 0)  # a guess
    values = rng.standard_normal((SIZE, COLUMNS))
    chance = rng.uniform(0.5, 1.5, SIZE)

    evidences, of_kernel, of_domains = [], [], []
    for ratio, of_domain in product(ratios, repeat=2):
        covariance = np.diag(chance) + ratio * kernel + of_domain * domains @ domains.T
        solved = np.linalg.solve(covariance, values)
        noise = (values * solved).sum() / (SIZE * 2)
        determinant = np.linalg.slogdet(covariance)[1]
        evidences.append(-0.5 * 2 * (determinant + SIZE * np.log(noise)))
        of_kernel.append(ratio * solved)
        of_domains.append(of_domain * domains.T @ solved)
    weights = np.exp(np.array(evidences) - max(evidences))
    weights /= weights.sum()

    [found] = averaged(
        [kernel.astype(np.float32)], domains, [Outcomes(values, 2 / COLUMNS)], chance
    )
    assert found.kernels[0] == pytest.approx(np.tensordot(weights, of_kernel, 1), abs=1e-6)
    assert found.domains == pytest.approx(np.tensordot(weights, of_domains, 1), abs=1e-6)


def test_several_outcomes_are_averaged_each_by_its_own_evidence() -> None:
    rng = np.random.default_rng(5)
    domains = np.eye(3)[rng.integers(3, size=SIZE)]
    special = domains @ rng.standard_normal((3, COLUMNS)) * 5
    noise = rng.standard_normal((SIZE, COLUMNS))
    given = [Outcomes(special + 0.1 * noise, 1.0), Outcomes(noise, 1.0)]
    together = averaged([], domains, given, np.ones(SIZE))
    for found, of in zip(together, given, strict=True):
        assert found.domains == pytest.approx(averaged([], domains, [of], np.ones(SIZE))[0].domains)
    # What is there is believed, and what is chance is not.
    assert domains @ together[0].domains == pytest.approx(special, abs=0.6)
    assert np.abs(together[1].domains).max() < np.abs(noise).mean()
