"""Importing a log from a terminal."""

import json
from pathlib import Path

import pytest
from django.core.management.base import CommandError

from tests.commands.running import manage
from webapp.accounts.models import Team
from webapp.questions.models import QuestionSet
from webapp.runs.models import RecordedResponse

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("nobody_listens")]


def test_a_log_with_its_own_questions(team: Team, tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    row = {"key": "q", "question": "9*2?", "answer": "18", "said": "It is 18."}
    log.write_text(json.dumps(row))
    mapping = json.dumps({"id": "key", "output": "said", "model_name": "org/m"})
    arguments = ("import_responses", log, "Sums", "Logs", "--new-set", "--kind", "validation")
    printed = manage(*arguments, "--mapping", mapping, "--team", team.name)
    assert "Stored 1 responses of 1 experts of Logs" in printed
    made = QuestionSet.objects.get(team=team)
    assert (made.name, made.kind) == ("Sums", "validation")
    response = RecordedResponse.objects.get()
    assert (response.expert.source, response.question.key) == ("org/m", "q")


def test_a_mapping_that_is_no_json(team: Team, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="--mapping is no JSON"):
        manage("import_responses", tmp_path / "log.jsonl", "Sums", "Logs", "--mapping", "{",
               "--team", team.name)  # fmt: skip
