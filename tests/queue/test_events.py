"""Messages to the workers."""

from typing import Any

import pytest

from webapp.queue import events


def test_a_message_that_nobody_repeats_does_not_expire(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: dict[str, Any] = {}
    monkeypatch.setattr(
        "celery.current_app.send_task", lambda task, **how: sent.update({task: how["expires"]})
    )
    events.wake("runs.regrade", 1)
    events.wake("runs.advance", 1)
    assert sent == {"runs.regrade": None, "runs.advance": events.EXPIRES}
