"""Fixtures of two folders: what a run would do is asked for on the page of a new run."""

from collections.abc import Iterator

import pytest

from tests.conftest import MakeSet, Messages
from tests.planning.previewing import Form, embed, form_of, two_specialists
from webapp.accounts.models import Team, User
from webapp.execution import plans, vectors
from webapp.experts.models import Pool
from webapp.runs.models import Profile


@pytest.fixture
def woken(nobody_listens: Messages, monkeypatch: pytest.MonkeyPatch) -> Iterator[Messages]:
    """No message is sent, and no embedder is loaded."""
    monkeypatch.setattr(vectors, "embed", embed)
    plans.plan_of.cache_clear()  # the ids of rolled back runs come again
    vectors._vocabulary.cache_clear()
    yield nobody_listens
    vectors._vocabulary.cache_clear()


@pytest.fixture
def user(team: Team) -> User:
    """Without a password: hashing one takes longer than most of these tests."""
    return User.objects.create_superuser("admin", team=team)


@pytest.fixture
def profile(team: Team, pool: Pool, question_set: MakeSet) -> Profile:
    return two_specialists(team, pool, question_set("validation"))


@pytest.fixture
def form(pool: Pool, question_set: MakeSet) -> Form:
    return form_of(question_set(), pool)
