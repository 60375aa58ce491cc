"""MoRE's selector: who states the same decides where that tells right from wrong."""

import numpy as np

from moe_core.comparators.selector import _teams, selected
from moe_core.profiles import Profile
from moe_core.values import Question
from moe_core.votes import Ballot, vote
from tests.moe_core.comparators.tables import table

QUESTION = Question("Question 7?", ("one", "two"), "A")
# Ann is always right. The other two are right together, or wrong together in half of all questions.
KNOWN = Profile.of(table([0] * 20, ann="1" * 20, ben="10" * 10, kim="10" * 10))


def chosen(*stated: str | None, profile: Profile = KNOWN) -> str | None:
    ballot = Ballot(QUESTION, ("ann", "ben", "kim"), stated)
    return vote(stated, selected(profile, ballot))


def test_a_strong_expert_is_believed_against_two_that_agree() -> None:
    assert chosen("A", "B", "B") == "A" and chosen("B", "A", "A") == "B"


def test_one_seat_has_the_vote_and_weighs_its_score() -> None:
    weights = selected(KNOWN, Ballot(QUESTION, ("ben", "ann", "kim"), ("B", "A", "B")))
    assert weights[0] == weights[2] == 0 and 0.9 < weights[1] <= 1


def test_agreement_is_believed_where_it_tells() -> None:
    """Who is right is a matter of chance, but two that state the same are always right."""
    turns = Profile.of(table([0] * 30, ann="110" * 10, ben="101" * 10, kim="011" * 10))
    assert chosen("A", "B", "A", profile=turns) == "A"
    assert chosen("A", "B", "B", profile=turns) == "B"


def test_no_answer_is_not_selected() -> None:
    assert chosen(None, None, None) is None
    assert chosen(None, "B", None) == "B"


def test_nothing_to_learn_from_leaves_agreement() -> None:
    alike = Profile.of(table([0] * 4, ann="1111", ben="1111", kim="1111"))
    assert chosen("A", "B", "B", profile=alike) == "B"


def test_every_expert_is_in_a_team() -> None:
    teams = _teams(7, 3, np.random.default_rng(0))
    assert [len(team) for team in teams] == [3, 3, 3]
    assert sorted({expert for team in teams for expert in team}) == list(range(7))
    assert all(len(set(team)) == 3 for team in teams)
    assert sorted(_teams(2, 3, np.random.default_rng(0))[0]) == [0, 1]
