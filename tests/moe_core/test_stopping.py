"""Stopping rules: what they spare could not have changed the vote, whatever it had answered."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import permutations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moe_core.calibrated import calibrated
from moe_core.camps import camps
from moe_core.errors import MethodError
from moe_core.methods import METHODS, stopping_rule_of
from moe_core.profiles import Cell, Profile
from moe_core.recruiters import RECRUITERS
from moe_core.stopping import (
    ALL,
    LOSSLESS,
    STOPPING_RULES,
    TWO_AHEAD,
    StoppingRule,
    stopping_rule_named,
)
from moe_core.values import Question
from moe_core.votes import Ballot, Weigher, log_odds, one_each, vote
from tests.moe_core.evidences import VECTORS, every, evidence, only

LETTERED = Question("Which?", ("one", "two", "three"), "A")
EXPERTS = ("ann", "ben", "kim", "joe", "eve")
# From somebody who is always right to somebody whose vote speaks against what it is for.
COUNTS = Profile(
    {
        expert: {"law": Cell(right, 40 - right)}
        for expert, right in zip(EXPERTS, (39, 30, 22, 22, 4), strict=True)
    }
)
TONES = ["It is so.", "However, it is so.", "Perhaps, possibly, maybe it might be so."]
ANSWERS = [None, "A", "B", "C", "another answer"]
Stated = Sequence[str | None]


def tonal() -> Profile:
    """Evidence of which tone and looks tell something."""
    known = evidence({"ann": only("law"), "ben": every(3), "kim": every(2)}, 60, LETTERED.options)
    return Profile.of(replace(known, doubts=np.where(known.right > 0, 0, 2)))


TONAL = tonal()


def ballots(ballot: Ballot, left: Sequence[int], tones: Sequence[str]) -> Iterator[Ballot]:
    """Every way in which the seats left may respond."""
    for responses in product(product(ANSWERS, tones), repeat=len(left)):
        stated, texts = list(ballot.stated), list(ballot.responses)
        for seat, (answer, text) in zip(left, responses, strict=True):
            stated[seat], texts[seat] = answer, text
        yield replace(ballot, stated=stated, responses=texts)


def may_change(
    profile: Profile, ballot: Ballot, left: Sequence[int], weigh: Weigher, tones: Sequence[str]
) -> bool:
    """By trying everything."""
    now = vote(ballot.stated, weigh(profile, ballot))
    return any(vote(one.stated, weigh(profile, one)) != now for one in ballots(ballot, left, tones))


@st.composite
def asked(draw: st.DrawFn, experts: Sequence[str], most: int) -> tuple[Ballot, list[int]]:
    """A ballot with up to two seats left; an expert may hold several."""
    seats = draw(st.lists(st.sampled_from(experts), min_size=1, max_size=most))
    left = draw(st.permutations(range(len(seats))))[: draw(st.integers(1, 2))]
    stated = [None if n in left else draw(st.sampled_from(ANSWERS)) for n in range(len(seats))]
    texts = [draw(st.sampled_from(TONES)) for _ in seats]
    skills = draw(st.sampled_from([["law"], []]))
    return Ballot(LETTERED, seats, stated, texts, skills, VECTORS["law"]), list(left)


@settings(max_examples=150, deadline=None)
@given(asked(EXPERTS, 5), st.sampled_from([one_each, log_odds]))
def test_it_stops_where_nothing_could_change_and_only_there(
    case: tuple[Ballot, list[int]], weigh: Weigher
) -> None:
    ballot, left = case
    stops = LOSSLESS.stops(COUNTS, ballot, left, weigh)
    assert stops is not may_change(COUNTS, ballot, left, weigh, TONES[:1])


@settings(max_examples=60, deadline=None)
@given(asked(("ann", "ben", "kim"), 4))
def test_tone_and_looks_could_not_change_it(case: tuple[Ballot, list[int]]) -> None:
    ballot, left = case
    if LOSSLESS.stops(TONAL, ballot, left[:1], calibrated):
        assert not may_change(TONAL, ballot, left[:1], calibrated, TONES)


def test_a_calibrated_vote_does_stop_and_not_too_early() -> None:
    """Two who agree outweigh a third, unless that is the one who knows this."""
    agreed = Ballot(LETTERED, ("ben", "kim", "ben"), ["A", "A", None], [TONES[0]] * 3)
    assert LOSSLESS.stops(TONAL, agreed, [2], calibrated)
    knows = Ballot(
        *(LETTERED, ("ben", "kim", "ann"), ["B", "B", None], [TONES[2]] * 3, ["law"]),
        vector=VECTORS["law"],
    )
    assert not LOSSLESS.stops(TONAL, knows, [2], calibrated)


@pytest.mark.parametrize(
    ("stated", "left", "stops"),
    [
        (["A", "A", None], [2], True),
        (["A", None, "A"], [1], True),
        (["A", "B", None], [2], False),  # it may join B
        (["A", None, None], [1, 2], False),
        ([None, None, "A"], [1], False),  # a tie would go to the earlier seat
        (["A", None, None], [2], True),  # here it would go to A
        ([None, None, None], [0], False),
        (["A", "A", "B", None], [3], True),  # A's seats come first
        (["B", "A", "A", None], [3], False),  # B's does
    ],
)
def test_a_tie_goes_to_the_seat_with_the_smaller_number(
    stated: Stated, left: list[int], stops: bool
) -> None:
    ballot = Ballot(LETTERED, EXPERTS[: len(stated)], stated)
    assert LOSSLESS.stops(COUNTS, ballot, left, one_each) is stops


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from([None, "1", "2", "3", "4"]), min_size=2, max_size=5), st.data())
def test_an_open_answer_keeps_its_camp(stated: list[str | None], data: st.DataObject) -> None:
    """Numbers one apart count as the same here, so that 2 makes 1 and 3 one camp if it is first:
    answers are compared in the order of asking."""
    order = data.draw(st.permutations(range(len(stated))))
    left = order[-1:]
    stated = [None if n in left else answer for n, answer in enumerate(stated)]

    def same(one: str, other: str) -> bool:
        return abs(int(one) - int(other)) <= 1

    def counted(said: Stated) -> list[str | None]:
        spelled = camps([said[n] for n in order], [None] * len(said), same).spellings
        return [spelled[order.index(n)] for n in range(len(said))]

    ballot = Ballot(Question("How many?", gold="4"), EXPERTS[: len(stated)], counted(stated))
    if LOSSLESS.stops(COUNTS, ballot, left, one_each):
        for answer in (None, "1", "2", "3", "4", "9"):
            whole = [answer if n in left else said for n, said in enumerate(stated)]
            assert vote(counted(whole)) == vote(ballot.stated)


def test_an_unknown_vote_asks_every_seat() -> None:
    def longest(profile: Profile, ballot: Ballot) -> list[float]:
        return [float(len(text or "")) for text in ballot.responses]

    agreed = Ballot(LETTERED, EXPERTS[:3], ["A", "A", None], ["a", "b", None])
    assert LOSSLESS.need(COUNTS, agreed, [2], longest) == 1


@pytest.mark.parametrize(
    ("stated", "left", "need"),
    [
        ([None] * 3, [0, 1, 2], 2),
        ([None] * 3, [2, 1, 0], 2),
        ([None] * 5, [0, 1, 2, 3, 4], 3),
        (["A", "B", None], [2], 1),
        (["A", "B", None, None, None], [4, 3, 2], 2),
        ([None], [0], 1),
    ],
)
def test_as_many_are_asked_at_once_as_are_asked_anyway(
    stated: Stated, left: list[int], need: int
) -> None:
    ballot = Ballot(LETTERED, EXPERTS[: len(stated)], stated)
    assert LOSSLESS.need(COUNTS, ballot, left, one_each) == need


@settings(max_examples=40, deadline=None)
@given(asked(EXPERTS, 4), st.sampled_from([one_each, log_odds]))
def test_what_is_asked_at_once_would_have_been_asked_in_turn(
    case: tuple[Ballot, list[int]], weigh: Weigher
) -> None:
    ballot, left = case
    n = LOSSLESS.need(COUNTS, ballot, left, weigh)
    for so_far in range(n):
        for one in ballots(ballot, left[:so_far], TONES[:1]):
            assert not LOSSLESS.stops(COUNTS, one, left[so_far:], weigh)


@pytest.mark.parametrize(
    ("seats", "stated", "left"),
    [
        (["eve", "kim", "joe"], ["A", None, None], [1, 2]),  # "B" of the next one decides
        (["kim", "joe", "eve"], ["A", None, None], [2, 1]),  # so does "A" of the last, or silence
        (["eve", "eve", "eve"], ["A", None, None], [1, 2]),
    ],
)
def test_where_votes_speak_against_what_they_are_for(
    seats: list[str], stated: Stated, left: list[int]
) -> None:
    assert LOSSLESS.need(COUNTS, Ballot(LETTERED, seats, stated), left, log_odds) == 1


def spared(rule: StoppingRule, said: Sequence[str], order: Sequence[int]) -> int:
    """Seats that are not asked of a question to which they would say this."""
    stated: list[str | None] = [None] * len(said)
    left = list(order)
    while now := rule.need(COUNTS, Ballot(LETTERED, EXPERTS[: len(said)], stated), left, one_each):
        for seat in left[:now]:
            stated[seat] = said[seat]
        left = left[now:]
    return len(left)


def test_who_agrees_spares_the_rest_in_any_order() -> None:
    for order in permutations(range(3)):
        assert spared(LOSSLESS, "AAB", order) == (2 not in order[:2])
        assert spared(ALL, "AAA", order) == 0


@pytest.mark.parametrize(
    ("said", "asked"), [("AAAAA", 2), ("ABAAA", 4), ("ABABA", 5), ("BAAAC", 4), ("ABCAA", 5)]
)
def test_two_ahead(said: str, asked: int) -> None:
    assert len(said) - spared(TWO_AHEAD, said, range(len(said))) == asked


def test_silence_is_no_vote() -> None:
    silent = Ballot(LETTERED, EXPERTS[:4], ["A", None, None, None])
    assert TWO_AHEAD.need(COUNTS, silent, [2, 3], one_each) == 1
    nothing = Ballot(LETTERED, EXPERTS[:3], [None] * 3)
    assert LOSSLESS.need(COUNTS, nothing, [2], one_each) == 1


def test_a_run_stops_by_itself_where_that_changes_nothing() -> None:
    skill_moe, top = METHODS["skill-moe"], RECRUITERS["task-top-k"]
    assert stopping_rule_of(skill_moe, top, "", votes=True) is LOSSLESS
    assert stopping_rule_of(skill_moe, top, "", votes=False) is ALL
    assert stopping_rule_of(skill_moe, top, "lossless", votes=False) is LOSSLESS
    assert stopping_rule_of(skill_moe, RECRUITERS["paper"], "", votes=True) is ALL
    assert stopping_rule_of(METHODS["debate"], top, "", votes=True) is ALL
    everyone = METHODS["all-experts"], RECRUITERS["everyone"]
    assert stopping_rule_of(*everyone, "", votes=True) is ALL
    assert stopping_rule_of(*everyone, "two-ahead", votes=True) is TWO_AHEAD
    with pytest.raises(MethodError, match="asked again in further rounds"):
        stopping_rule_of(METHODS["debate"], top, "lossless", votes=True)
    with pytest.raises(MethodError, match="kept as published"):
        stopping_rule_of(skill_moe, RECRUITERS["paper"], "two-ahead", votes=True)


def test_rules_have_names() -> None:
    assert [stopping_rule_named(name).name for name in STOPPING_RULES] == list(STOPPING_RULES)
    with pytest.raises(MethodError, match="choose one of all, lossless, two-ahead"):
        stopping_rule_named("soon")
    every_one: Callable[..., int] = ALL.need
    assert every_one(COUNTS, Ballot(LETTERED, EXPERTS, ["A"] * 5), [], one_each) == 0
