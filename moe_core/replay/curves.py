"""Accuracy against cost, one seat a question: how well estimates spend what responses cost.

RouterBench's measure (arXiv 2403.12031): a router that is told what a point of accuracy may cost
gives a curve; its AIQ is the mean height of the curve's non-decreasing convex hull between the
costs of the cheapest and the dearest expert. Cost is characters written, whoever wrote them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from moe_core.comparators.choosing import ranked
from moe_core.comparators.recruiting import estimated
from moe_core.comparators.registry import COMPARATORS
from moe_core.comparators.regressed import PENALTIES, Ridge
from moe_core.evidence import Evidence, Floats
from moe_core.replay.prepared import Prepared
from moe_core.replay.recording import Recording
from moe_core.replay.splits import Mean

ZERO = "best experts mixed"  # RouterBench's zero router: the hull of the single experts
OURS, CARROT = "ours", "carrot"
# What the mean response's cost is worth in accuracy: from nothing to more than all of it.
PRICES = (0.0, *np.geomspace(0.001, 10.0, 33).tolist(), np.inf)
Chosen = NDArray[np.int_]  # (prices, n): the expert that is asked at each price


@dataclass(frozen=True)
class Curve:
    """Of a router, per price: its cost and whether it was right, for n questions (prices, n)."""

    cost: Floats
    right: Floats

    def aiq(self, low: float, high: float, drawn: NDArray[np.int_] | None = None) -> float:
        """In percent, between the costs `low` and `high`; of the questions `drawn`, or all."""
        of = np.arange(self.cost.shape[1]) if drawn is None else drawn
        return mean_height(
            self.cost[:, of].mean(axis=1), 100 * self.right[:, of].mean(axis=1), low, high
        )


def mean_height(cost: Floats, quality: Floats, low: float, high: float) -> float:
    """Of the non-decreasing convex hull of points, between two costs.

    It stays level beyond its best point, and before its first one, which for every router here is
    the expert that it thinks cheapest.
    """
    points = hull(cost, quality)
    xs, ys = np.array([x for x, _ in points]), np.array([y for _, y in points])
    grid = np.unique(np.clip(np.concatenate([xs, [low, high]]), low, high))
    heights = np.interp(grid, xs, ys)
    if len(grid) == 1:
        return float(heights[0])
    area = ((heights[1:] + heights[:-1]) / 2 * np.diff(grid)).sum()
    return float(area / (high - low))


def hull(cost: Floats, quality: Floats) -> list[tuple[float, float]]:
    """The corners of the upper hull, by rising cost and rising quality."""
    best: dict[float, float] = {}
    for x, y in zip(cost.tolist(), quality.tolist(), strict=True):
        best[x] = max(y, best.get(x, y))
    corners: list[tuple[float, float]] = []
    for point in sorted(best.items()):
        if corners and point[1] <= corners[-1][1]:
            continue  # dearer and no better
        while len(corners) > 1 and _slope(*corners[-2:]) <= _slope(corners[-1], point):
            corners.pop()
        corners.append(point)
    return corners


def _slope(a: tuple[float, float], b: tuple[float, float]) -> float:
    return (b[1] - a[1]) / (b[0] - a[0])


def curves(prepared: Prepared, validation: Recording, test: Recording) -> dict[str, Curve]:
    """By name the curve of `ours` and of every comparator; empty where lengths are not known.

    Estimates and costs are learnt on validation: costs as each expert's mean, and for CARROT by a
    regression on the question.
    """
    graded = np.flatnonzero(test.graded).tolist()
    written, known = test.characters[graded], validation.characters
    if np.isnan(written).any() or np.isnan(known).any() or not graded:
        return {}
    right = np.nan_to_num(test.right[graded])
    asked = [prepared.asked[row] for row in graded]
    profile = prepared.profile
    means = np.tile(known.mean(axis=0), (len(graded), 1))
    found = {ZERO: Curve(written.T, right.T)}
    for name in (OURS, *COMPARATORS):
        by = prepared.profile.forecast.chances(asked).relative if name == OURS else None
        estimates = estimated(name, profile, asked) if by is None else by
        costs = _regressed(profile.observed, known, prepared, graded) if name == CARROT else means
        chosen = _chosen(estimates, costs, profile.observed.strength)
        rows = np.arange(len(graded))
        found[name] = Curve(written[rows, chosen], right[rows, chosen])
    return found


def _chosen(estimates: Floats, costs: Floats, strength: Floats) -> Chosen:
    relative = costs / costs.mean()
    worth = [estimates - p * relative if np.isfinite(p) else -relative for p in PRICES]
    return np.array([ranked(of, strength)[:, 0] for of in worth])


def _regressed(
    evidence: Evidence, known: Floats, prepared: Prepared, rows: Sequence[int]
) -> Floats:
    """What each response is expected to cost (rows, e): on the scale of logarithms."""
    logs = np.log1p(known)
    fits = [Ridge(evidence.vectors, logs, penalty) for penalty in PENALTIES]
    best = min(fits, key=lambda fit: float(((fit.left_out - logs) ** 2).sum()))
    vectors = [prepared.asked[row].vector for row in rows]
    return np.expm1(best.of(np.stack([vector for vector in vectors if vector is not None])))


def spent(found: Mapping[str, Curve], samples: int) -> dict[str, dict[str, Mean]]:
    """Per name "AIQ" in percent, and points "over mixed", the best experts mixed.

    Standard errors by bootstrap over the questions; the range of costs is that of all questions.
    """
    mixed = found[ZERO].cost.mean(axis=1)
    low, high = float(mixed.min()), float(mixed.max())
    size = found[ZERO].cost.shape[1]
    rng = np.random.default_rng(0)
    drawn = list(rng.integers(size, size=(samples, size)))
    whole = {name: of.aiq(low, high) for name, of in found.items()}
    sampled = {n: np.array([of.aiq(low, high, d) for d in drawn]) for n, of in found.items()}
    told = {}
    for name in found:
        told[name] = {"AIQ": Mean(whole[name], float(sampled[name].std(ddof=1)))}
        if name != ZERO:
            over = float((sampled[name] - sampled[ZERO]).std(ddof=1))
            told[name]["over mixed"] = Mean(whole[name] - whole[ZERO], over)
    return told
