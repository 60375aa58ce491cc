"""Trying an expert by a command."""

import pytest
from django.core.management.base import CommandError

from gpu_worker.fake_engine import FakeEngine
from tests.commands.running import an_expert, manage, manage_with_workers, write
from webapp.accounts.models import Team
from webapp.experts.models import Expert

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("impatient")]


def test_trying_an_expert(team: Team) -> None:
    an_expert("tiny-01")
    printed = manage_with_workers(FakeEngine(write), "try_expert", "tiny-01")
    assert "Loaded in" in printed and "tokens/s" in printed
    assert r"So \boxed{42}." in printed


def test_trying_an_expert_that_does_not_load(team: Team) -> None:
    expert = an_expert("tiny-01")
    with pytest.raises(CommandError, match=r"tiny-01 does not load: no such checkpoint"):
        manage_with_workers(FakeEngine(write, broken={expert.source}), "try_expert", "tiny-01")
    with pytest.raises(CommandError, match="no expert called 'tiny-99'"):
        manage("try_expert", "tiny-99")
    with pytest.raises(CommandError, match="Write a question"):
        manage("try_expert", "tiny-01", "--question", " ")
    Expert.objects.create(name="gone", source="/no/such/folder")
    with pytest.raises(CommandError, match="no folder"):
        manage("try_expert", "gone")
