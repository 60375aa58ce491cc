"""Which checkpoint is next."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from gpu_worker.policy import PAYS, Choice, choose
from webapp.queue.backlog import Backlog
from webapp.queue.workers import Elsewhere

PATIENCE = 600.0

backlogs = st.lists(
    st.builds(
        Backlog,
        engine_key=st.sampled_from("abcd"),
        stage=st.integers(0, 2),
        waiting=st.integers(1, 100),
        oldest_seconds=st.floats(0, 1000),
    ),
    min_size=1,
    unique_by=lambda entry: (entry.engine_key, entry.stage),
)


def test_nothing_waits() -> None:
    assert choose([], "a", PATIENCE) is None


def test_the_longest_waiting_first() -> None:
    waiting = [Backlog("a", 1, 5, 10.0), Backlog("b", 1, 1, 20.0)]
    assert choose(waiting, None, PATIENCE) == Choice("b", 1)


def test_the_loaded_one_stays_while_its_stage_has_work() -> None:
    waiting = [Backlog("a", 1, 5, 10.0), Backlog("b", 1, 1, 20.0)]
    assert choose(waiting, "a", PATIENCE) == Choice("a", 1)


def test_aggregation_waits_for_responses() -> None:
    waiting = [Backlog("a", 2, 5, 30.0), Backlog("b", 1, 1, 20.0)]
    assert choose(waiting, "a", PATIENCE) == Choice("b", 1)


def test_what_waited_too_long_goes_first() -> None:
    waiting = [Backlog("a", 2, 5, PATIENCE + 1), Backlog("b", 0, 1, 20.0)]
    assert choose(waiting, "b", PATIENCE) == Choice("a", 2, overdue=True)


@given(backlogs, st.sampled_from([None, "a", "b"]))
def test_what_is_chosen_waits(waiting: list[Backlog], loaded: str | None) -> None:
    choice = choose(waiting, loaded, PATIENCE)
    assert choice is not None
    assert any((e.engine_key, e.stage) == (choice.engine_key, choice.stage) for e in waiting)


@given(backlogs)
def test_a_stage_is_served_only_when_the_earlier_ones_are_done(waiting: list[Backlog]) -> None:
    patient = [entry for entry in waiting if entry.oldest_seconds <= PATIENCE]
    if patient:
        choice = choose(patient, None, PATIENCE)
        assert choice is not None
        assert choice.stage == min(entry.stage for entry in patient)


def test_what_another_worker_has_loaded_is_left_to_it_unless_it_pays() -> None:
    elsewhere = Elsewhere(frozenset("a"), stage=1)
    little = Backlog("a", 1, 5, 10.0, work_seconds=PAYS * 3.0, load_seconds=3.0)
    much = replace(little, work_seconds=PAYS * 3.0 + 0.1)
    other = Backlog("b", 1, 1, 1.0)
    assert choose([little], None, PATIENCE, elsewhere) is None
    assert choose([little, other], None, PATIENCE, elsewhere) == Choice("b", 1)
    assert choose([much], None, PATIENCE, elsewhere) == Choice("a", 1)
    assert choose([little], "a", PATIENCE, elsewhere) == Choice("a", 1), "it is loaded here too"


def test_a_stage_that_another_worker_still_adds_to_must_pay() -> None:
    elsewhere = Elsewhere(frozenset("a"), stage=0)
    little = Backlog("b", 1, 5, 10.0, work_seconds=1.0, load_seconds=3.0)
    assert choose([little], None, PATIENCE, elsewhere) is None
    assert choose([replace(little, work_seconds=60.0)], None, PATIENCE, elsewhere) is not None
    assert choose([little], None, PATIENCE, Elsewhere(frozenset("a"), stage=1)) is not None


def test_what_waited_too_long_waits_for_no_stage_elsewhere() -> None:
    """But for the worker that has its expert loaded, unless a second load pays."""
    old = Backlog("a", 1, 3, PATIENCE + 1, load_seconds=3.0)
    elsewhere = Elsewhere(frozenset("b"), stage=0)
    assert choose([old], None, PATIENCE, elsewhere) == Choice("a", 1, overdue=True)
    assert choose([old], None, PATIENCE, Elsewhere(frozenset("a"), stage=1)) is None


def test_what_may_still_grow_waits_for_what_does_not() -> None:
    growing = Backlog("a", 1, 5, 30.0, grows=True)
    whole = Backlog("b", 1, 1, 10.0)
    assert choose([growing, whole], None, PATIENCE) == Choice("b", 1)
    assert choose([growing, whole], "a", PATIENCE) == Choice("a", 1), "it costs no load"
    assert choose([growing], None, PATIENCE) == Choice("a", 1), "nobody else is at it"
    old = replace(growing, oldest_seconds=PATIENCE + 1)
    assert choose([old, whole], None, PATIENCE) == Choice("a", 1, overdue=True)


def test_what_another_worker_may_add_to_must_pay() -> None:
    growing = Backlog("a", 1, 5, 30.0, work_seconds=1.0, load_seconds=3.0, grows=True)
    busy = Elsewhere(frozenset("b"), stage=1)
    assert choose([growing], None, PATIENCE, busy) is None
    assert choose([replace(growing, grows=False)], None, PATIENCE, busy) == Choice("a", 1)
    assert choose([replace(growing, work_seconds=60.0)], None, PATIENCE, busy) == Choice("a", 1)
    far = Elsewhere(runs={1: 1})
    assert choose([growing], None, PATIENCE, far) is None
