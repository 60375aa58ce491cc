"""From commit to browser: which notice counts for which event."""

import math

import pytest

from benchmarks.worker.browsers import latencies


def test_a_later_notice_tells_of_earlier_events_too() -> None:
    at = [(1, 10.0), (2, 10.1), (3, 12.0)]
    seen = [(0, 9.0), (2, 10.5), (3, 12.2)]
    assert latencies(at, [seen]) == pytest.approx([0.5, 0.4, 0.2])


def test_an_event_that_nobody_was_told_of_counts_as_never() -> None:
    at = [(1, 10.0), (2, 11.0)]
    assert latencies(at, [[(1, 10.5)], []]) == [0.5, math.inf, math.inf, math.inf]
