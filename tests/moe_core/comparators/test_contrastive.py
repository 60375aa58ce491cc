"""RouterDC's head: its gradients against its losses by definition, and what it learns."""

import numpy as np
import pytest

from moe_core.comparators import contrastive
from moe_core.comparators.contrastive import Contrastive
from moe_core.evidence import Floats
from tests.moe_core.comparators.tables import at, table


def differences(of: object, values: Floats) -> Floats:
    """The gradient of a function by small differences."""
    found = np.zeros_like(values)
    for place in np.ndindex(*values.shape):
        step = np.zeros_like(values)
        step[place] = 1e-5
        found[place] = (of(values + step) - of(values - step)) / 2e-5  # type: ignore[operator]
    return found


def test_the_first_loss_by_hand() -> None:
    """Per right expert minus the log of its share among itself and all that were wrong."""
    right = np.array([[1.0, 0, 1], [0, 0, 0], [np.nan, 1, 0]])
    cosines = np.array([[0.2, -0.4, 0.9], [0.1, 0.2, 0.3], [0.5, -0.1, 0.7]])

    def loss(of: Floats) -> float:
        odds = np.exp(of)
        first = sum(-np.log(odds[0, e] / (odds[0, e] + odds[0, 1])) for e in (0, 2)) / 2
        return float(first - np.log(odds[2, 1] / (odds[2, 1] + odds[2, 2]))) / 3

    found = contrastive._of_experts(cosines, right)
    assert found == pytest.approx(differences(loss, cosines), abs=1e-8)


def test_the_second_loss_by_hand() -> None:
    """Two clusters of two: the partner and both others are certain, whatever is drawn."""
    hidden = np.random.default_rng(1).standard_normal((4, 3))

    def loss(of: Floats) -> float:
        odds = np.exp(of @ of.T)
        shares = [odds[i, i ^ 1] / (odds[i].sum() - odds[i, i]) for i in range(4)]
        return float(-np.log(shares).sum() / 4)

    found = contrastive._of_questions(hidden, np.array([0, 0, 1, 1]), np.random.default_rng(0))
    assert found == pytest.approx(differences(loss, hidden), abs=1e-6)


def test_it_learns_whose_questions_are_near() -> None:
    near = np.linspace(0, 20, 12)
    sides = table([*near, *(near + 100)], ann="1" * 12 + "0" * 12, ben="0" * 12 + "1" * 12)
    fitted = Contrastive(sides)
    found = fitted.of(at(10, 110))
    assert found.argmax(axis=1).tolist() == [0, 1] and np.abs(found).max() <= 1 + 1e-9
    assert np.array_equal(found, Contrastive(sides).of(at(10, 110)))  # the same every time


def test_few_questions_and_one_cluster_do_not_hinder() -> None:
    assert np.isfinite(Contrastive(table([0, 0, 0], ann="1-0", ben="---")).of(at(0, 90))).all()
