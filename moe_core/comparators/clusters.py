"""Clusters of questions: experts by their outcomes in the cluster that a question falls into."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from moe_core.comparators.choosing import best_of, ranked, shares
from moe_core.evidence import Evidence, Floats, Vectors

COUNTS = (4, 8, 16, 32, 64)  # of clusters; one is chosen on the validation questions
LEAST = 2  # questions of a cluster, on average


class Clusters:
    """UniRoute: each expert's mean outcome in the nearest cluster of k-means."""

    def __init__(self, evidence: Evidence) -> None:
        self._evidence = evidence
        different = len(np.unique(evidence.vectors, axis=0))
        fitting = [count for count in COUNTS if count * LEAST <= different] or [1]
        centres = {count: _centres(evidence.vectors, count) for count in fitting}
        self.count = best_of(fitting, lambda count: self._left_out(centres[count]), evidence)
        self._centres = centres[self.count]
        self._places = _nearest(evidence.vectors, self._centres)[:, 0]

    def of(self, vectors: Vectors) -> Floats:
        """Each expert's chance of being right on n questions (n, e); `vectors` (n, d)."""
        return self._shares[_nearest(vectors, self._centres)[:, 0]]

    @property
    def _shares(self) -> Floats:
        """Of each cluster (clusters, e)."""
        return shares(_inside(self._places, len(self._centres)), self._evidence)

    def _left_out(self, centres: Floats) -> Floats:
        """The estimates of the validation questions (n, e), each without its own outcomes."""
        places = _nearest(self._evidence.vectors, centres)[:, 0]
        weights = _inside(places, len(centres))[places]
        np.fill_diagonal(weights, 0.0)
        return shares(weights, self._evidence)


class RankedClusters(Clusters):
    """The Avengers: the experts' ranks in the nearest clusters, nearer ones counting more."""

    CLUSTERS = 3  # that are read
    SHARPNESS = 6.0  # of the weights by cosine
    HEAD = 0.1  # a rank from 0 counts 1 / (rank + HEAD)

    def of(self, vectors: Vectors) -> Floats:
        """What the ranks of each expert count on n questions (n, e); `vectors` (n, d)."""
        return self._fused(vectors, self._centres, self._counted(self._shares))

    def _left_out(self, centres: Floats) -> Floats:
        # A question's own outcome moves the ranks of its own cluster alone; the others are as
        # they are. Counted exactly for that cluster, which weighs most.
        evidence = self._evidence
        places = _nearest(evidence.vectors, centres)[:, 0]
        whole = self._counted(shares(_inside(places, len(centres)), evidence))
        own = self._counted(super()._left_out(centres))
        fused = self._fused(evidence.vectors, centres, whole)
        weight = self._weights(evidence.vectors, centres)[np.arange(len(places)), places]
        return np.asarray(fused + weight[:, None] * (own - whole[places]))

    def _counted(self, estimates: Floats) -> Floats:
        """What each expert's rank counts (rows, e)."""
        ranks = np.argsort(ranked(estimates, self._evidence.strength), axis=1)
        return np.asarray(1.0 / (ranks + self.HEAD))

    def _fused(self, vectors: Vectors, centres: Floats, counted: Floats) -> Floats:
        return np.asarray(self._weights(vectors, centres) @ counted)

    def _weights(self, vectors: Vectors, centres: Floats) -> Floats:
        """What each cluster counts for n questions (n, clusters); rows sum to 1."""
        cosines = np.round(vectors @ centres.T, 6)
        near = _nearest(vectors, centres)[:, : self.CLUSTERS]
        weights = np.zeros_like(cosines)
        taken = np.take_along_axis(cosines, near, axis=1)
        odds = np.exp(self.SHARPNESS * (taken - taken.max(axis=1, keepdims=True)))
        np.put_along_axis(weights, near, odds / odds.sum(axis=1, keepdims=True), axis=1)
        return weights


def clustered(vectors: Vectors, count: int) -> NDArray[np.int_]:
    """The cluster (n) of each question; fewer clusters where there are few questions."""
    different = len(np.unique(vectors, axis=0))
    return _nearest(vectors, _centres(vectors, max(1, min(count, different // LEAST))))[:, 0]


def _centres(vectors: Vectors, count: int) -> Floats:
    """The centres (count, d) of k-means, of unit length; always the same."""
    exact = np.ascontiguousarray(vectors, dtype=np.float64)
    return _centres_of(exact.tobytes(), exact.shape[1], count)


@lru_cache(maxsize=4 * len(COUNTS))
def _centres_of(vectors: bytes, dimensions: int, count: int) -> Floats:
    """Two comparators cluster the same questions, one after the other."""
    values = np.frombuffer(vectors).reshape(-1, dimensions)
    if count == 1:
        found = values.mean(axis=0, keepdims=True)
    else:
        from sklearn.cluster import KMeans  # takes a second to import

        found = KMeans(count, n_init=4, random_state=0).fit(values).cluster_centers_
    lengths = np.linalg.norm(found, axis=1, keepdims=True)
    return np.asarray(found / np.maximum(lengths, 1e-12))


def _nearest(vectors: Vectors, centres: Floats) -> NDArray[np.int_]:
    """The clusters of n questions (n, clusters), the nearest first."""
    return np.argsort(-np.round(vectors @ centres.T, 6), axis=1, kind="stable")


def _inside(places: NDArray[np.int_], clusters: int) -> Floats:
    """Which validation questions each cluster has (clusters, m): 1 or 0."""
    return np.asarray(places[None, :] == np.arange(clusters)[:, None], dtype=np.float64)
