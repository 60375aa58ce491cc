"""UniRoute's and the Avengers' clusters, counted by hand."""

import numpy as np
import pytest

from moe_core.comparators.clusters import Clusters, RankedClusters, clustered
from tests.moe_core.comparators.tables import at, table

# Four pairs of questions, so that four clusters of k-means are the pairs.
PAIRS = [0, 1, 30, 31, 60, 61, 89, 90]
SHARES = {0.5: (0.5, 0), 30.5: (1, 0), 60.5: (0, 1), 89.5: (0.5, 1)}
EVIDENCE = table(PAIRS, ann="10110001", ben="00001111")


def test_the_mean_outcome_in_the_nearest_cluster() -> None:
    fitted = Clusters(EVIDENCE)
    assert fitted.count == 4
    for degrees, shares in SHARES.items():
        assert fitted.of(at(degrees + 2)).tolist() == [list(shares)]


def test_ranks_in_the_three_nearest_clusters() -> None:
    fitted = RankedClusters(EVIDENCE)
    # First of a cluster counts 1 / 0.1, second 1 / 1.1; ann, ann, ben are first from 0 degrees on.
    odds = np.exp(6 * np.cos(np.radians([0.5, 30.5, 60.5])))
    first, second = 1 / 0.1, 1 / 1.1
    ann = odds @ [first, first, second] / odds.sum()
    ben = odds @ [second, second, first] / odds.sum()
    assert fitted.of(at(0)) == pytest.approx(np.array([[ann, ben]]), rel=1e-3)
    assert fitted.of(at(90)).argmax() == 1


def test_few_questions_are_one_cluster() -> None:
    few = table([0, 45, 90], ann="110", ben="001")
    assert Clusters(few).count == RankedClusters(few).count == 1
    assert Clusters(few).of(at(0, 90)) == pytest.approx(np.array([[2 / 3, 1 / 3]] * 2))
    assert clustered(few.vectors, 5).tolist() == [0, 0, 0]
