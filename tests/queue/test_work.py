"""How long work takes: measured as it is done, told for more of it."""

import pytest

from webapp.queue import work
from webapp.runs.models import WorkPace

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """What `time.monotonic` says, one after the other."""
    times: list[float] = []
    monkeypatch.setattr("webapp.queue.work.time.monotonic", lambda: times.pop(0))
    return times


def test_what_was_measured_is_told_of_more(clock: list[float]) -> None:
    assert work.expected("sums", 10) is None and work.expected("sums", 0) == 0
    for seconds in (2.0, 4.0):
        clock += [100.0, 100.0 + seconds]
        with work.measured("sums") as units:
            units.append(10)
    assert work.expected("sums", 10) == pytest.approx(3.0), "the newest counts half"
    assert work.expected("sums", 20) == pytest.approx(6.0)
    assert work.expected("products", 20) is None


def test_work_of_about_the_same_size_tells_most(clock: list[float]) -> None:
    """What is small costs more for each unit."""
    for seconds, n in ((1.0, 1), (10.0, 1000)):
        clock += [0.0, seconds]
        with work.measured("sums") as units:
            units.append(n)
    assert work.expected("sums", 900) == pytest.approx(9.0)
    assert work.expected("sums", 2) == pytest.approx(2.0)


def test_what_fails_or_does_nothing_is_not_kept(clock: list[float]) -> None:
    clock += [0.0, 0.0]
    with pytest.raises(ValueError, match="odd"), work.measured("sums") as units:
        units.append(5)
        raise ValueError("odd")
    with work.measured("sums"):
        pass
    assert not WorkPace.objects.exists()
