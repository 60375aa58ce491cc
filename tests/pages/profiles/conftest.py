"""A profile that a test knows by heart."""

import pytest

from tests.conftest import MakeSet, Messages
from tests.pages.profiles.made import built
from webapp.experts.models import Pool
from webapp.runs.models import Profile


@pytest.fixture
def profile(pool: Pool, question_set: MakeSet, nobody_listens: Messages) -> Profile:
    return built(pool, question_set)
