"""What each expert adds: on a table worked by hand, and against voting again one by one."""

import numpy as np
import pytest

from moe_core.contributions import (
    NOBODY,
    NOTHING,
    UNKNOWN,
    Ballots,
    Bench,
    Contribution,
    contributions,
    unique_rights,
)
from moe_core.paired import Pairs
from moe_core.votes import vote

A, B, C, D = range(4)
RIGHT, X, Y = 0, 1, 2

# Four questions with three seats each, of equal weight.
#   1: A right, B and C say X: X wins. Without B or C a tie: the earlier of A, C (or A, B) is A.
#   2: A and B right, C says X: right. Without A: B right before C.
#   3: A right alone, B and C say two other things: a tie, the earlier A is right.
#   4: C right, A says X, B nothing: X wins, a tie with the earlier A.
SEATS = np.array([[A, B, C], [A, B, C], [A, B, C], [A, B, C]])
SAID = np.array([[RIGHT, X, X], [RIGHT, RIGHT, X], [RIGHT, X, Y], [X, NOTHING, RIGHT]])
EQUAL = np.ones((4, 3))


def by_hand() -> Ballots:
    return Ballots(SEATS, SAID, EQUAL)


def test_the_seats_stay_empty() -> None:
    assert by_hand().elected().tolist() == [X, RIGHT, RIGHT, X]
    a, b, c = contributions(by_hand(), 3)
    # Without A: 1 X, 2 right, 3 X, 4 right. Without B: 1 right, 2 right, 3 right, 4 X.
    assert a.pairs == Pairs(both=1, first=1, second=1, neither=1)
    assert b.pairs == Pairs(both=2, first=0, second=1, neither=1)
    assert c.pairs == Pairs(both=2, first=0, second=1, neither=1)
    assert (a.saved, a.broken, b.broken) == (1, 1, 1)
    assert (a.seats, a.seated, a.seated_right, a.unique) == (4, 4, 3, 2)
    assert (c.seated_right, c.unique, c.recruited_again) == (1, 1, False)
    assert b.change.difference == pytest.approx(25) and a.change.difference == 0


def bench(known: list[list[int]], **how: bool) -> Bench:
    scores = np.log(np.tile([0.4, 0.3, 0.2, 0.1], (4, 1)))
    return Bench(scores, np.array(known), lambda rows, seats, said: np.ones(seats.shape), **how)


def test_the_seats_go_to_who_comes_next() -> None:
    known = np.column_stack([SAID, [RIGHT, X, RIGHT, X]]).tolist()
    a, b, _ = contributions(by_hand(), 3, bench(known))
    # D in A's place: 1 D right, B and C X: X. 2 X, right, X: X. 3 right first. 4 X first, a tie.
    assert a.pairs == Pairs(both=1, first=1, second=0, neither=2) and a.recruited_again
    # In B's: 1 right twice. 2 right first, then X twice: X. 3 right. 4 X twice.
    assert b.pairs == Pairs(both=1, first=1, second=1, neither=1)
    known[2][D] = UNKNOWN
    untold, _, _ = contributions(by_hand(), 3, bench(known))
    assert not untold.recruited_again and untold.pairs == Pairs(1, 1, 1, 1)


def test_nobody_comes_next() -> None:
    three = Bench(np.zeros((4, 3)), SAID, lambda rows, seats, said: np.ones(seats.shape))
    again = contributions(by_hand(), 3, three)
    assert [one.pairs for one in again] == [one.pairs for one in contributions(by_hand(), 3)]
    assert all(one.recruited_again for one in again)


def test_a_draw_takes_each_as_often_as_it_should() -> None:
    n = 20_000
    ballots = Ballots(np.full((n, 1), A), np.full((n, 1), RIGHT), np.ones((n, 1)))
    scores = np.log(np.tile([0.5, 0.3, 0.2], (n, 1)))
    known = np.tile([RIGHT, RIGHT, X], (n, 1))
    of = Bench(
        scores, known, lambda rows, seats, said: np.ones(seats.shape), draws=True, sits_twice=True
    )
    (a, *_) = contributions(ballots, 3, of)
    assert a.saved / n == pytest.approx(0.2 / 0.5, abs=0.02)


def test_unique_rights_are_counted_where_all_have_answered() -> None:
    known = np.array([[RIGHT, X, X], [RIGHT, RIGHT, X], [X, NOTHING, RIGHT], [RIGHT, UNKNOWN, X]])
    questions, alone = unique_rights(known)
    assert questions == 3 and alone.tolist() == [1, 0, 1]


@pytest.mark.parametrize("seed", range(5))
def test_it_is_what_voting_again_gives(seed: int) -> None:
    """Question by question and expert by expert, by the vote of the product."""
    rng = np.random.default_rng(seed)
    n, s, e = 60, 4, 6
    seats = rng.integers(0, e, (n, s))
    said = rng.integers(-1, 3, (n, s))
    weights = rng.choice([0.5, 1.0, 1.5, -0.25], (n, s))
    seats[:5, -1], said[:5, -1] = NOBODY, NOTHING
    found = contributions(Ballots(seats, said, weights), e)
    for expert in range(e):
        assert found[expert] == one_by_one(expert, seats, said, weights)


def one_by_one(
    expert: int, seats: np.ndarray, said: np.ndarray, weights: np.ndarray
) -> Contribution:
    counts = {(was, now): 0 for was in (True, False) for now in (True, False)}
    held = seated = right = unique = 0
    for who, what, weigh in zip(seats.tolist(), said.tolist(), weights.tolist(), strict=True):
        spelled = [None if code < 0 else str(code) for code in what]
        left = [None if w == expert else text for w, text in zip(who, spelled, strict=True)]
        was, now = vote(spelled, weigh) == "0", vote(left, weigh) == "0"
        counts[was, now] += 1
        held += who.count(expert)
        seated += expert in who
        is_right = {w for w, code in zip(who, what, strict=True) if code == 0}
        right += expert in is_right
        unique += is_right == {expert}
    pairs = Pairs(
        counts[True, True], counts[True, False], counts[False, True], counts[False, False]
    )
    return Contribution(held, seated, right, unique, pairs, recruited_again=False)
