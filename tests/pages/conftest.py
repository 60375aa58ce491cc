"""What the tests of several pages start from."""

import pytest

from tests.conftest import MakeSet
from webapp.accounts.models import Team
from webapp.db.memory import cache
from webapp.execution.start import submit_run
from webapp.experts.models import Expert, Pool
from webapp.runs.models import Run


@pytest.fixture
def empty_cache() -> None:
    """Figures of the test before are kept for seconds."""
    cache.clear()


@pytest.fixture
def run(team: Team, pool: Pool, question_set: MakeSet) -> Run:
    return submit_run(team, None, pool=pool, questions=question_set(), method="all-experts")


@pytest.fixture
def both(pool: Pool) -> tuple[Expert, Expert]:
    """The experts of the pool, by name."""
    first, second = pool.experts.order_by("name")
    return first, second
