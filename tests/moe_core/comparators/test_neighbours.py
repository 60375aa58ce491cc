"""kNN and SMCS's prior, counted by hand."""

import numpy as np

from moe_core.comparators.neighbours import Neighbours, Retrieved
from tests.moe_core.comparators.tables import at, table

# Ann is right on the first side, ben on the other; kim has answered three.
SIDES = table([0, 10, 20, 70, 80, 90], ann="110001", ben="000111", kim="1--10-")


def test_the_mean_outcome_of_the_nearest() -> None:
    fitted = Neighbours(SIDES)
    fitted.count = 2
    # At 4 degrees: 0 and 10. At 86: 90 and 80. Kim has answered one of each two.
    assert np.allclose(fitted.of(at(4, 86)), np.array([[1, 0, 1], [0.5, 1, 0]]))
    fitted.count = 1
    assert fitted.of(at(10))[0, 2] == SIDES.strength[2]  # kim has not answered it


def test_of_numbers_that_do_as_well_the_largest_is_taken() -> None:
    sides = table([*range(10), *range(80, 90)], ann="1" * 10 + "0" * 10, ben="0" * 10 + "1" * 10)
    # Left out in turn: of 10 neighbours 9 are of its own side, of 20 its own side has 9 of 19.
    assert Neighbours(sides).count == 10


def test_without_specialists_all_questions_count() -> None:
    same = table(range(0, 60, 3), ann="1101" * 5, ben="0100" * 5)
    assert Neighbours(same).count == 20


def test_what_is_retrieved_counts_by_its_cosine_and_what_nearly_was_too() -> None:
    fitted = Retrieved(SIDES)
    fitted.count = 2
    found = fitted.of(at(0))
    # Retrieved: 0 and 10 degrees; 0.95 of the second's cosine is 0.9356, and 20 degrees has 0.9397.
    weights = np.cos(np.radians([0, 10, 20]))
    assert np.allclose(found[0, :2], np.array([weights[:2].sum() / weights.sum(), 0]), atol=1e-5)
    assert found[0, 2] == 1
