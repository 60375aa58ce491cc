"""Files that are made to break something, sent to the API: 4xx with a message, nothing stored."""

import os
import re
import subprocess
import tempfile
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django import Settings

from tests.api.conftest import Program, Things
from tests.files.corpus import CORPUS, LARGE, PARQUETS, made
from webapp.experts.models import Expert, Pool
from webapp.questions.models import Question, QuestionSet
from webapp.runs.models import RecordedResponse

pytestmark = pytest.mark.django_db

# Millions of rows or gigabytes: up to some seconds each.
SLOW = [pytest.param(name, marks=pytest.mark.faults) for name in LARGE | PARQUETS]
NAMES = [name for name in CORPUS if name not in LARGE | PARQUETS]


def children() -> list[str]:
    listed = subprocess.run(
        ["ps", "-o", "args=", "--ppid", str(os.getpid())], capture_output=True, text=True
    )
    return [line for line in listed.stdout.splitlines() if "webapp.files" in line]


@pytest.fixture
def uploads(tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where whatever an upload writes to disk lies."""
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize("name", [*NAMES, *SLOW])
def test_every_one_is_refused(program: Program, uploads: Path, name: str) -> None:
    content, reason = CORPUS[name]
    file = SimpleUploadedFile("hostile.bin", made(content))
    status, said = program.upload("/question-sets", file=file, name="Hostile", kind="test")
    assert status == 422, said
    words = " ".join([said["message"], *(e["message"] for e in said["errors"])])
    assert re.search(reason, words), words
    assert len(words) < 100_000
    assert said["errors"] and all(set(e) <= {"row", "message", "field"} for e in said["errors"])
    assert not QuestionSet.objects.exists() and not Question.objects.exists()
    assert not children()
    assert not list(uploads.iterdir())


@pytest.mark.parametrize("name", NAMES)
def test_every_one_is_refused_as_responses(
    program: Program, things: Things, uploads: Path, name: str
) -> None:
    file = SimpleUploadedFile("hostile.bin", made(CORPUS[name][0]))
    experts, pools = Expert.objects.count(), Pool.objects.count()
    status, said = program.upload(
        "/recorded-responses", file=file, question_set=things.test.pk, pool="Hostile"
    )
    assert status == 422, said
    assert said["message"] and said["errors"]
    assert (Expert.objects.count(), Pool.objects.count()) == (experts, pools)
    assert not RecordedResponse.objects.exists()
    assert not children()
    assert not list(uploads.iterdir())


def test_skipping_bad_rows_takes_no_hostile_file(program: Program, uploads: Path) -> None:
    """But for those that have good rows among the bad."""
    taken = set()
    for name in NAMES:
        file = SimpleUploadedFile("hostile.bin", made(CORPUS[name][0]))
        status, said = program.upload(
            "/question-sets", file=file, name=name, kind="test", on_error="skip"
        )
        assert status in {201, 422}, (name, said)
        if status == 201:
            taken.add(name)
            assert said["errors"], name
    assert taken == {
        "a bad row", "same id twice", "deep row", "broken JSONL", "truncated JSONL",
    }  # fmt: skip
    assert QuestionSet.objects.count() == len(taken)
    assert not children()
    assert not list(uploads.iterdir())
