"""What every command says where something is missing."""

from pathlib import Path

import pytest
from django.core.management.base import CommandError
from django.db import OperationalError

from tests.commands.running import an_expert, manage

pytestmark = pytest.mark.django_db


def test_without_a_team(questions_file: Path, db: None) -> None:
    with pytest.raises(CommandError, match="ensure_admin"):
        manage("import_questions", questions_file, "--name=x", "--kind=test", "--skip-bad-rows")
    an_expert("tiny-01")
    with pytest.raises(CommandError, match="ensure_admin"):
        manage("make_pool", "P", "--experts", "tiny-01", "--annotator", "tiny-01")


def test_without_a_database(monkeypatch: pytest.MonkeyPatch, questions_file: Path) -> None:
    def refuse(*args: object, **kwargs: object) -> None:
        raise OperationalError("connection refused\nis the server running?")

    monkeypatch.setattr("django.db.models.query.QuerySet.__iter__", refuse)
    monkeypatch.setattr("django.db.models.query.QuerySet._fetch_all", refuse)
    for arguments in (
        ["list_experts"],
        ["import_questions", questions_file, "--name=x", "--kind=test", "--skip-bad-rows"],
    ):
        with pytest.raises(CommandError, match=r"\(connection refused\). Start the product"):
            manage(*arguments)
