"""Limits of one person: runs under way, files that wait. Both hold whatever is begun at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from pytest_django import Settings as DjangoSettings

from tests.conftest import Messages
from webapp.accounts.models import Team, User
from webapp.execution.cancel import cancel
from webapp.execution.errors import RunRefused
from webapp.execution.resuming.continuing import continue_run
from webapp.execution.settings import Settings
from webapp.execution.start import submit_run
from webapp.experts.models import Pool
from webapp.files.errors import FileRefused
from webapp.questions import uploads
from webapp.questions.models import QuestionSet, Upload
from webapp.recorded import kept
from webapp.runs.models import Run

AT_ONCE = 6


def log_file(name: str = "sums.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, b"question,answer\n2 + 40?,42\n")


def at_once(act: Callable[[], object]) -> int:
    """How many of several that begin together are refused."""
    begin = Barrier(AT_ONCE)

    def one(_: int) -> bool:
        begin.wait()
        try:
            act()
        except (RunRefused, FileRefused):
            return True
        finally:
            connection.close()
        return False

    with ThreadPoolExecutor(AT_ONCE) as threads:
        return sum(threads.map(one, range(AT_ONCE)))


@pytest.mark.django_db(transaction=True)
def test_no_more_than_are_allowed_whatever_comes_at_once(
    team: Team, user: User, pool: Pool, test_set: QuestionSet, settings: DjangoSettings,
    nobody_listens: Messages, tmp_path: Path,
) -> None:  # fmt: skip
    settings.RUNS_AT_ONCE = settings.UPLOADS_WAITING = 2
    settings.DATA_DIR = tmp_path
    start = Settings(pool=pool, questions=test_set, method="all-experts")
    assert at_once(lambda: submit_run(team, user, **start)) == AT_ONCE - 2
    assert at_once(lambda: uploads.keep(team, user, log_file())) == AT_ONCE - 2
    assert at_once(lambda: kept.keep(team, user, log_file())) == AT_ONCE - 2
    assert (Run.objects.count(), Upload.objects.count()) == (2, 2)
    assert len(list((tmp_path / "uploads").glob("log-*"))) == 2


@pytest.mark.django_db
def test_a_place_is_free_again_and_others_have_their_own(
    team: Team, user: User, pool: Pool, test_set: QuestionSet, settings: DjangoSettings,
    nobody_listens: Messages,
) -> None:  # fmt: skip
    settings.RUNS_AT_ONCE = 1
    start = Settings(pool=pool, questions=test_set, method="all-experts")
    first = submit_run(team, user, **start)
    with pytest.raises(RunRefused, match="admin has 1 run under way, and no more"):
        submit_run(team, user, **start)
    submit_run(team, User.objects.create_user("other", team=team), **start)
    submit_run(team, None, **start)
    cancel(first)
    submit_run(team, user, **start)
    first.refresh_from_db()
    with pytest.raises(RunRefused, match="wait until"):
        continue_run(first)
    first.refresh_from_db()
    assert first.status == Run.Status.CANCELLED


@pytest.mark.django_db
def test_pages_say_what_to_do(
    signed_in: Client, pool: Pool, test_set: QuestionSet, settings: DjangoSettings,
    nobody_listens: Messages,
) -> None:  # fmt: skip
    settings.RUNS_AT_ONCE = settings.UPLOADS_WAITING = 0
    given = {"pool": pool.pk, "question_set": test_set.pk, "k": 3, "seed": 0, "writer": "decided"}
    page = signed_in.post("/runs/new", given | {"method": "all-experts"})
    assert page.status_code == 422 and "no more are allowed at once" in page.content.decode()
    for address in ("/question-sets/new", "/recorded-responses/new"):
        page = signed_in.post(address, {"file": log_file(), "pool": "Mine"})
        assert page.status_code == 422 and "not stored" in page.content.decode(), address
