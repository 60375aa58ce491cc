"""What starts slowly is waited for as long as it lives, in words."""

import pytest

from webapp.processes import waiting
from webapp.processes.errors import ProductFailed
from webapp.processes.waiting import wait_until_it_answers


class Slow:
    """Answers at the third time of asking."""

    def __init__(self) -> None:
        self.asked = 0

    def ask(self) -> None:
        self.asked += 1
        if self.asked < 3:
            raise OSError("refused")


def test_it_says_what_it_waits_for(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(waiting, "TOLD_SECONDS", 0.0)
    slow = Slow()
    wait_until_it_answers("PostgreSQL", slow.ask, (OSError,), lambda: None)
    assert slow.asked == 3
    said = capsys.readouterr().err
    assert "Waiting for PostgreSQL, 0 s so far" in said and "(refused)" in said


def test_what_has_ended_is_not_waited_for() -> None:
    def check() -> None:
        raise ProductFailed("it has ended")

    with pytest.raises(ProductFailed, match="has ended"):
        wait_until_it_answers("PostgreSQL", Slow().ask, (OSError,), check)


def test_what_is_not_ours_has_its_time() -> None:
    with pytest.raises(OSError, match="refused"):
        wait_until_it_answers("PostgreSQL", Slow().ask, (OSError,), lambda: None, seconds=0)
