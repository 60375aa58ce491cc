"""A worker that is alive."""

from collections.abc import Iterator

import pytest

from webapp.queue import workers
from webapp.runs.models import Worker


@pytest.fixture
def worker() -> Iterator[Worker]:
    with workers.registered_worker() as alive:
        yield alive
