"""The lower bounds and latencies, on figures that can be checked by hand."""

import pytest

from benchmarks.worker.bounds import Alone, Part, arrivals_bound, own_bound, work_bound

ANNOTATOR, FIRST, SECOND = ("infer", "annotator"), ("respond", "one"), ("respond", "two")
ALONE: dict[Part, Alone] = {
    ANNOTATOR: Alone([2.0, 3.0, 40.0], [0.1, 0.1, 0.1]),
    FIRST: Alone([4.0], [0.01]),
    SECOND: Alone([1.0], [0.02]),
}
WORK: dict[Part, int] = {ANNOTATOR: 10, FIRST: 100, SECOND: 50}


def test_work_is_each_load_once_and_all_tokens() -> None:
    assert work_bound(WORK, ALONE) == pytest.approx((3 + 1) + (4 + 1) + (1 + 1))
    assert work_bound({FIRST: 200}, ALONE) == pytest.approx(4 + 2)


def test_a_run_of_its_own_may_find_its_dearest_expert_loaded() -> None:
    assert own_bound(WORK, ALONE) == pytest.approx(work_bound(WORK, ALONE) - 4)


def test_runs_that_arrive_close_together_are_bound_by_the_work() -> None:
    together = {part: 2 * tokens for part, tokens in WORK.items()}
    assert arrivals_bound([(0, WORK), (1, WORK)], ALONE) == pytest.approx(
        work_bound(together, ALONE)
    )


def test_a_late_run_is_bound_by_its_arrival() -> None:
    assert arrivals_bound([(0, WORK), (60, WORK)], ALONE) == pytest.approx(
        60 + own_bound(WORK, ALONE)
    )
