"""RouterDC: questions and experts in one space, each question near the experts that are right.

Two contrastive losses train it. One pulls a question towards each expert that was right on it and
away from those that were wrong; the other pulls it towards a question of its own cluster and away
from questions of others.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from moe_core.comparators.choosing import best_of
from moe_core.comparators.clusters import clustered
from moe_core.evidence import Evidence, Floats, Vectors, folds_of

SIZE = 64  # of the space
CLUSTERS = 5  # of questions, for the second loss
AWAY = 3  # questions of other clusters that one is pulled away from
RATE = 0.001  # of Adam, whose other numbers are its usual ones; docs/method-log.md says why
STEPS = (50, 100, 150, 200, 300)  # one is chosen by cross-validation
FOLDS = 5
LEAST = 50  # questions that this takes


class Contrastive:
    """Trained in full batches, from the same start every time: seconds for 350 questions."""

    def __init__(self, evidence: Evidence) -> None:
        groups = clustered(evidence.vectors, CLUSTERS)
        everything = np.arange(len(groups))
        crossed = {steps: np.zeros(evidence.right.shape) for steps in STEPS}
        folds = folds_of(len(groups), FOLDS) if len(groups) >= LEAST else []
        for test in folds:
            rest = np.setdiff1d(everything, test)
            snapshots = _trained(evidence.vectors[rest], evidence.right[rest], groups[rest], STEPS)
            for steps, space in snapshots.items():
                crossed[steps][test] = space.of(evidence.vectors[test])
        self.steps = best_of(STEPS, crossed.__getitem__, evidence) if folds else min(STEPS)
        trained = _trained(evidence.vectors, evidence.right, groups, (self.steps,))
        self._space = trained[self.steps]

    def of(self, vectors: Vectors) -> Floats:
        """The cosine of each question and each expert (n, e); `vectors` (n, d)."""
        return self._space.of(vectors)


@dataclass(frozen=True)
class _Space:
    """`slopes` (d, size) takes questions into it, `experts` (e, size) lie in it."""

    slopes: Floats
    experts: Floats

    def of(self, vectors: Vectors) -> Floats:
        return np.asarray(_unit(vectors @ self.slopes)[0] @ _unit(self.experts)[0].T)


def _trained(
    vectors: Vectors, right: Floats, groups: NDArray[np.int_], steps: tuple[int, ...]
) -> dict[int, _Space]:
    """The space after each of so many steps."""
    rng = np.random.default_rng(0)
    # In the span of the questions, beyond which nothing is learnt.
    axes = np.linalg.svd(vectors.astype(np.float64), full_matrices=False)[2]
    inputs = vectors @ axes.T
    slopes = rng.standard_normal((inputs.shape[1], SIZE)) / SIZE**0.5
    experts = rng.standard_normal((right.shape[1], SIZE)) / SIZE**0.5
    adam = [_Adam(slopes), _Adam(experts)]
    found = {}
    for step in range(1, max(steps) + 1):
        gradients = _gradients(inputs, right, groups, slopes, experts, rng)
        for moved, gradient in zip(adam, gradients, strict=True):
            moved.step(gradient)
        if step in steps:
            found[step] = _Space(axes.T @ slopes, experts.copy())
    return found


class _Adam:
    """Moves an array in place (Kingma and Ba, arXiv 1412.6980, algorithm 1)."""

    def __init__(self, values: Floats) -> None:
        self._values, self._steps = values, 0
        self._mean, self._square = np.zeros_like(values), np.zeros_like(values)

    def step(self, gradient: Floats) -> None:
        self._steps += 1
        self._mean += 0.1 * (gradient - self._mean)
        self._square += 0.001 * (gradient**2 - self._square)
        mean = self._mean / (1 - 0.9**self._steps)
        square = self._square / (1 - 0.999**self._steps)
        self._values -= RATE * mean / (np.sqrt(square) + 1e-8)


def _gradients(
    inputs: Floats,
    right: Floats,
    groups: NDArray[np.int_],
    slopes: Floats,
    experts: Floats,
    rng: np.random.Generator,
) -> tuple[Floats, Floats]:
    """Of the sum of both losses, for `slopes` and `experts`."""
    hidden, length = _unit(inputs @ slopes)
    points, reach = _unit(experts)
    to_experts = _of_experts(hidden @ points.T, right)
    to_questions = _of_questions(hidden, groups, rng)
    of_hidden = to_experts @ points + to_questions
    of_points = to_experts.T @ hidden
    return inputs.T @ _through(of_hidden, hidden, length), _through(of_points, points, reach)


def _of_experts(cosines: Floats, right: Floats) -> Floats:
    """The first loss's gradient for the cosines (n, e).

    For each expert that was right: minus the log of its share among itself and all that were wrong.
    """
    odds = np.exp(cosines)
    is_right, is_wrong = right >= 0.5, right < 0.5  # neither, where there is no outcome
    wrong = (odds * is_wrong).sum(axis=1, keepdims=True)
    share = np.where(is_right, odds / (odds + wrong), 0.0)
    each = np.maximum(is_right.sum(axis=1, keepdims=True), 1)
    pull = np.where(is_right, share - 1, 0.0)
    push = np.where(is_right, 1 / (odds + wrong), 0.0).sum(axis=1, keepdims=True)
    return np.asarray((pull + odds * is_wrong * push) / each / len(cosines))


def _of_questions(hidden: Floats, groups: NDArray[np.int_], rng: np.random.Generator) -> Floats:
    """The second loss's gradient for the questions (n, size); partners are drawn anew each time."""
    n = len(hidden)
    ahead = rng.random((n, n))
    same = groups[:, None] == groups[None, :]
    np.fill_diagonal(same, False)
    other = groups[:, None] != groups[None, :]
    away = min(AWAY, int(other.sum(axis=1).min()))
    rows = np.flatnonzero(same.any(axis=1))
    if away == 0 or len(rows) == 0:
        return np.zeros_like(hidden)
    towards = np.where(same, ahead, -1.0).argmax(axis=1)[rows]
    apart = np.argpartition(-np.where(other, ahead, -1.0), away - 1, axis=1)[rows, :away]
    partners = np.column_stack([towards, apart])  # the first is wanted
    cosines = np.einsum("rs,rps->rp", hidden[rows], hidden[partners])
    shares = np.exp(cosines - cosines.max(axis=1, keepdims=True))
    shares /= shares.sum(axis=1, keepdims=True)
    shares[:, 0] -= 1
    shares /= n
    found = np.zeros_like(hidden)
    np.add.at(found, rows, np.einsum("rp,rps->rs", shares, hidden[partners]))
    np.add.at(found, partners, shares[:, :, None] * hidden[rows][:, None, :])
    return found


def _unit(values: Floats) -> tuple[Floats, Floats]:
    """The rows at unit length, and their lengths (rows, 1)."""
    length = np.maximum(np.linalg.norm(values, axis=1, keepdims=True), 1e-9)
    return values / length, length


def _through(gradient: Floats, unit: Floats, length: Floats) -> Floats:
    """The gradient for rows before they were brought to unit length."""
    return np.asarray((gradient - unit * (unit * gradient).sum(axis=1, keepdims=True)) / length)
