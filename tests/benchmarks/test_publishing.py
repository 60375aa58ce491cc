"""The clock around what the gpu worker publishes."""

import io
from pathlib import Path

from benchmarks.publishing import published_seconds, timed


def test_every_message_becomes_a_line_that_can_be_summed(tmp_path: Path) -> None:
    sent: list[tuple[str, int]] = []
    log = io.StringIO()
    publish = timed(lambda name, number: sent.append((name, number)), log)
    publish("a", 1)
    publish("b", 2)
    assert sent == [("a", 1), ("b", 2)]
    lines = [tuple(map(float, line.split())) for line in log.getvalue().splitlines()]
    (tmp_path / "published").write_text(log.getvalue())
    assert len(lines) == 2
    first = lines[0][0]
    total = sum(seconds for _, seconds in lines)
    assert abs(published_seconds(tmp_path, first, first + 60) - total) < 1e-9
    assert published_seconds(tmp_path, first - 60, first - 1) == 0
