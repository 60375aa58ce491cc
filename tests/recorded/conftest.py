"""Every test of recorded responses does without the workers' processes."""

import pytest

from tests.conftest import Messages


@pytest.fixture(autouse=True)
def nobody_listens(nobody_listens: Messages) -> Messages:
    return nobody_listens
