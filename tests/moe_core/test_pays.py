"""Does routing pay? The sentence, and what to take, in every case."""

from collections.abc import Mapping

import numpy as np
import pytest

from moe_core.best import candidates
from moe_core.crossing import Played
from moe_core.estimates import estimates
from moe_core.pays import Answer, Pays, answer

EXPERTS = ("ann", "ben", "kim", "lea")
# Of n questions in percent, from where to where each way is right.
Rights = Mapping[str, tuple[int, int]]


def told(n: int, rights: Rights, costs: Mapping[str, float] | None = None, k: int = 3) -> Answer:
    """By ways that are right as given; the single best is ann, the three best are the first."""
    tried = [of for of in candidates(k, len(EXPERTS)) if of.name in rights]
    right = np.zeros((len(tried), n), dtype=bool)
    for place, of in enumerate(tried):
        first, last = rights[of.name]
        right[place, first * n // 100 : last * n // 100] = True
    teams = [[list(range(of.k))] * n for of in tried]
    paid = costs or dict.fromkeys(EXPERTS, 1.0)
    return answer(estimates(tried, Played(right, right, teams), EXPERTS, paid), n)


def test_yes() -> None:
    found = told(400, {"single": (0, 50), "three-best": (0, 60), "ours": (0, 66)})
    assert (found.pays, found.best.candidate.name) == (Pays.YES, "ours")
    assert found.difference is not None and found.difference.points == pytest.approx(6)
    assert found.text.startswith("Yes: +6.0 ± ") and found.text.endswith(
        " points over the three best experts."
    )
    assert found.difference.low > 0


def test_the_cheapest_of_those_that_pay() -> None:
    rights = {"single": (0, 50), "three-best": (0, 60), "ours-2": (0, 70), "ours": (0, 71)}
    assert told(400, rights).best.candidate.name == "ours-2"
    assert told(400, rights | {"ours": (0, 72)}).best.candidate.name == "ours"


def test_better_than_one_of_the_two_is_not_yes() -> None:
    """Surely better than the single best, but not than the three best, at their cost."""
    found = told(400, {"single": (0, 50), "three-best": (0, 60), "ours": (0, 60)})
    assert (found.pays, found.best.candidate.name) == (Pays.NO, "three-best")
    assert found.text.startswith("Not with these models: the three best experts do as well (0.0 ± ")


def test_as_good_for_less_pays_in_cost() -> None:
    rights = {"single": (0, 50), "three-best": (0, 60), "ours-1": (0, 60)}
    found = told(400, rights)
    assert (found.pays, found.best.candidate.name) == (Pays.IN_COST, "ours-1")
    assert found.text.startswith("Yes, in cost: as right as the three best experts (0.0 ± ")
    assert found.text.endswith(" points), for 33 % of what they cost.")
    # ann, whom it asks, costs as much as all three: nothing is saved.
    dear = {"ann": 2.0, "ben": 0.05, "kim": 0.05, "lea": 1.0}
    assert told(400, rights, dear).pays is Pays.NO


def test_no_with_the_single_best() -> None:
    found = told(400, {"single": (0, 60), "three-best": (0, 60), "ours": (0, 60)})
    assert found.best.candidate.name == "single"
    assert "the single best expert does as well" in found.text


def test_routing_is_worse() -> None:
    found = told(400, {"single": (0, 50), "three-best": (0, 60), "paper": (0, 50)})
    assert (found.pays, found.best.candidate.name) == (Pays.WORSE, "three-best")
    assert "the three best experts do better (routing: \N{MINUS SIGN}10.0 ± " in found.text


@pytest.mark.parametrize(
    ("n", "rights"),
    [
        (400, {"single": (0, 60), "three-best": (0, 60), "ours": (5, 67)}),  # + 2, by chance
        (24, {"single": (0, 100), "three-best": (0, 100), "ours": (0, 100)}),  # all the same
        (40, {"single": (0, 50), "three-best": (0, 60), "ours": (30, 85)}),  # - 5, of few
    ],
)
def test_what_the_questions_do_not_tell(n: int, rights: Rights) -> None:
    found = told(n, rights)
    assert found.pays is Pays.UNTOLD and not found.best.candidate.routes
    assert found.text.startswith(f"These {n} questions do not tell: ")
    assert found.difference is not None and found.difference.low < 0 < found.difference.high


def test_a_pool_of_one_has_nothing_to_route() -> None:
    found = told(100, {"single": (0, 50)}, k=1)
    assert (found.pays, found.best.candidate.name) == (Pays.ALONE, "single")
    assert found.text == "There is nothing to route: the pool has one expert."
