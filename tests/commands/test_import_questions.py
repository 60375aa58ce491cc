"""Question sets from files by a command, and every mistake one may make."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from pytest_django import Settings

from tests.commands.running import manage
from tests.conftest import DEMO
from webapp.accounts.models import Team
from webapp.questions.models import Question, QuestionSet

pytestmark = pytest.mark.django_db


def test_importing_questions(team: Team, questions_file: Path) -> None:
    arguments = ("import_questions", questions_file, "--name", "Sums", "--kind", "test")
    with pytest.raises(CommandError, match="--skip-bad-rows"):
        manage(*arguments)
    assert not QuestionSet.objects.exists()

    printed = manage(*arguments, "--skip-bad-rows")
    assert "Row 2: The question is empty." in printed
    assert "Stored 2 questions as Sums (test)." in printed
    assert list(Question.objects.values_list("row", "gold")) == [(1, "42"), (3, "42")]

    with pytest.raises(CommandError, match="'Sums' already"):
        manage(*arguments, "--skip-bad-rows")


def test_only_the_first_bad_rows_are_listed(team: Team, tmp_path: Path) -> None:
    file = tmp_path / "empty.jsonl"
    file.write_text('{"question": ""}\n' * 50)
    out = StringIO()
    with pytest.raises(CommandError, match="50 of the 50 rows"):
        call_command(
            "import_questions", str(file), "--name=x", "--kind=test", stdout=out, stderr=out
        )
    assert "Row 20:" in out.getvalue() and "Row 21:" not in out.getvalue()
    assert "and 30 more rows" in out.getvalue()


def test_questions_that_cannot_be_imported(
    team: Team, questions_file: Path, tmp_path: Path, settings: Settings
) -> None:
    rest = ("--name", "Sums", "--kind", "test", "--skip-bad-rows")
    with pytest.raises(CommandError, match=r"missing\.csv cannot be read: No such file"):
        manage("import_questions", tmp_path / "missing.csv", *rest)
    with pytest.raises(CommandError, match="cannot be read: Is a directory"):
        manage("import_questions", tmp_path, *rest)
    with pytest.raises(CommandError, match=r"no team called 'X'. There are: Team\."):
        manage("import_questions", questions_file, *rest, "--team", "X")
    with pytest.raises(CommandError, match="invalid choice: 'training'"):
        manage("import_questions", questions_file, "--name", "Sums", "--kind", "training")
    settings.UPLOAD_LIMIT_BYTES = 10
    with pytest.raises(CommandError, match="has more than"):
        manage("import_questions", questions_file, *rest)
    assert not QuestionSet.objects.exists()


def test_importing_for_a_benchmark(team: Team, questions_file: Path) -> None:
    rest = ("--kind", "test", "--skip-bad-rows")
    manage("import_questions", questions_file, "--name", "Plain", *rest)
    printed = manage("import_questions", questions_file, "--name", "A", *rest, "--benchmark=aime")
    assert "as A (test, AIME)." in printed
    found = dict(QuestionSet.objects.values_list("name", "benchmark"))
    assert found == {"Plain": "", "A": "aime"}
    with pytest.raises(CommandError, match="invalid choice: 'mmlu'"):
        manage("import_questions", questions_file, "--name", "B", *rest, "--benchmark=mmlu")


def test_the_demo_questions_load(team: Team) -> None:
    for kind in QuestionSet.Kind.values:
        file = DEMO / "questions" / f"{kind}.jsonl"
        manage("import_questions", file, "--name", kind, "--kind", kind)
        lines = [json.loads(line) for line in file.read_text().splitlines()]
        stored = QuestionSet.objects.get(name=kind)
        assert stored.size == len(lines) >= 240
        assert list(stored.questions.values_list("key", flat=True)) == [r["id"] for r in lines]


def test_a_mapping_is_kept_and_used_again(team: Team, tmp_path: Path) -> None:
    file = tmp_path / "numbered.jsonl"
    file.write_text('{"asked": "Which?", "choices": ["a", "b", "c"], "answer": 1}\n')
    command = ("import_questions", file, "--kind", "test", "--name")
    mapping = {"question": "asked"}
    with pytest.raises(CommandError, match='"written": one of "index from 0", "index from 1"'):
        manage(*command, "First", "--mapping", json.dumps(mapping))
    with pytest.raises(CommandError, match="no saved mapping called 'ours'"):
        manage(*command, "First", "--saved-mapping", "ours")
    told = json.dumps(mapping | {"written": "index from 1"})
    manage(*command, "First", "--mapping", told, "--save-mapping-as", "ours")
    manage(*command, "Second", "--saved-mapping", "ours")
    assert list(Question.objects.values_list("text", "gold")) == [("Which?", "A")] * 2
