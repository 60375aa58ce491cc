"""What the tests of commands start from."""

from pathlib import Path

import pytest

from tests.conftest import Messages
from webapp.commands import waiting


@pytest.fixture
def questions_file(tmp_path: Path) -> Path:
    file = tmp_path / "sums.csv"
    file.write_text("question,answer\n2 + 40?,42\n,1\n6 * 7?,42\n")
    return file


@pytest.fixture
def impatient(nobody_listens: Messages, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever waits for the workers looks often, and not for long."""
    monkeypatch.setattr(waiting, "POLL_SECONDS", 0.02)
    monkeypatch.setattr(waiting, "STALLED_SECONDS", 10)
