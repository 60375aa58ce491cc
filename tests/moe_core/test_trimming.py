"""Trimming rarely recruited experts: laws that hold for any seats."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from moe_core.trimming import LEAST, trim

teams = st.lists(st.lists(st.sampled_from("abcdefgh"), max_size=5), max_size=60)


@given(teams, st.integers())
def test_every_question_keeps_its_seats(seats: list[list[str]], seed: int) -> None:
    trimmed = trim(seats, seed)
    assert [len(team) for team in trimmed] == [len(team) for team in seats]
    assert trim(seats, seed) == trimmed


@given(teams, st.integers())
def test_only_seats_of_rare_experts_change_hands(seats: list[list[str]], seed: int) -> None:
    held = Counter(seat for team in seats for seat in team)
    often = {expert for expert, n in held.items() if n >= LEAST * held.total()}
    for before, after in zip(seats, trim(seats, seed), strict=True):
        for old, new in zip(before, after, strict=True):
            assert new in often and (new == old or old not in often)


def test_where_nobody_reaches_the_limit_nothing_is_trimmed() -> None:
    seats = [[f"expert {number}"] for number in range(30)]
    assert trim(seats, 0) == [tuple(team) for team in seats]


def test_a_rare_expert_is_replaced_by_the_others() -> None:
    seats = [["a", "a", "b"]] * 30 + [["a", "b", "rare"]]
    trimmed = trim(seats, 0)
    assert trimmed[:30] == [("a", "a", "b")] * 30
    assert trimmed[30][2] in ("a", "b")


def test_seats_are_redrawn_in_proportion() -> None:
    rare = [[f"rare {number}"] for number in range(300)]  # 10 % of the seats, nobody of them 5
    trimmed = trim([["often"]] * 2400 + [["seldom"]] * 300 + rare, 0)[2700:]
    assert 245 < trimmed.count(("often",)) < 290  # of 300, 267 expected
