"""A disk that is almost full: what would fill it is refused in words, everything else goes on."""

import errno
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.test import Client
from psycopg.errors import DiskFull
from pytest_django import Settings

from tests.config.test_body_limit import Body, post
from tests.conftest import Messages, demo_expert
from tests.recorded.logs import done
from webapp.accounts.models import Team, Token, User
from webapp.db.bulk import copy_rows
from webapp.execution import turns
from webapp.execution.advance import advance_run
from webapp.execution.start import submit_run
from webapp.experts.models import Pool
from webapp.files import room
from webapp.files.errors import FileRefused
from webapp.questions import uploads
from webapp.questions.models import QuestionSet, Upload, kept_files
from webapp.runs.models import Run

ROWS = b'{"question": "1+1?", "answer": "2"}\n{"question": "2+2?", "answer": "4"}\n'
SAID = "The disk is almost full"


@pytest.fixture
def kept() -> Path:
    """Where uploads are kept; nothing is there yet."""
    folder = Path(kept_files().location)
    folder.mkdir(exist_ok=True)
    for path in folder.iterdir():
        path.unlink()
    return folder


@pytest.fixture
def full(settings: Settings) -> None:
    """A floor that no disk is above."""
    settings.DISK_FLOOR_BYTES = 2**60


def file(content: bytes = ROWS) -> SimpleUploadedFile:
    return SimpleUploadedFile("set.jsonl", content)


@pytest.mark.parametrize(
    ("total", "free", "lacks"),
    [(100e9, 1.1e9, False), (100e9, 1.0e9, True), (10e9, 0.21e9, False), (10e9, 0.19e9, True)],
)
def test_the_floor_by_itself(
    total: float, free: float, lacks: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """1 GB, or 2 % of a small disk."""

    class Usage:
        def __init__(self, _: Any) -> None:
            self.total, self.free = int(total), int(free)

    monkeypatch.setattr("shutil.disk_usage", Usage)
    assert bool(room.lack()) is lacks
    assert room.lack(size=int(free))


@pytest.mark.django_db
def test_what_would_fill_the_disk_is_refused(
    full: None, signed_in: Client, user: User, team: Team, pool: Pool, test_set: QuestionSet,
    validation: QuestionSet, nobody_listens: Messages, tmp_path: Path,
) -> None:  # fmt: skip
    program = Client(headers={"Authorization": f"Bearer {Token.create(user)[1]}"})
    given = {"pool": pool.pk, "question_set": test_set.pk, "k": 3, "seed": 0, "writer": "decided"}
    forms: dict[str, dict[str, Any]] = {
        "/question-sets/new": {"file": file()},
        "/recorded-responses/new": {"file": file(), "pool": "Mine"},
        "/runs/new": given | {"method": "all-experts"},
    }
    for address, sent in forms.items():
        page = signed_in.post(address, sent)
        assert page.status_code == 422 and SAID in page.content.decode(), address
    asked: dict[str, dict[str, Any]] = {
        "/runs": {"pool": pool.pk, "question_set": test_set.pk, "method": "all-experts"},
        f"/experts/{demo_expert('tiny-01').pk}/tries": {"question": "1+1?"},
        "/profiles": {"pool": pool.pk, "question_set": validation.pk},
    }
    for address, body in asked.items():
        answer = program.post(f"/api/v1{address}", body, "application/json")
        assert (answer.status_code, SAID in answer.json()["message"]) == (507, True), address
    answer = program.post("/api/v1/question-sets", {"file": file(), "kind": "test"})
    assert answer.status_code == 507 and SAID in answer.json()["message"]
    (tmp_path / "set.jsonl").write_bytes(ROWS)
    with pytest.raises(CommandError, match=SAID):
        call_command("import_questions", str(tmp_path / "set.jsonl"), "--name=Set", "--kind=test")
    assert not Run.objects.exists() and not Upload.objects.exists()


@pytest.mark.django_db
def test_everything_else_goes_on(
    settings: Settings, client: Client, user: User, team: Team, recorded_pool: Pool,
    test_set: QuestionSet, nobody_listens: Messages,
) -> None:  # fmt: skip
    run = submit_run(team, None, pool=recorded_pool, questions=test_set, method="all-experts")
    settings.DISK_FLOOR_BYTES = 2**60
    user.set_password("a password")
    user.save()
    signed_in = client.post("/sign-in", {"username": "admin", "password": "a password"})
    assert signed_in.status_code == 302
    page = client.get(f"/runs/{run.pk}").content.decode()
    assert SAID in page and "Waiting for room on the disk" in page and "goes on by" in page
    assert done(run).status == Run.Status.DONE, "a run under way"
    assert SAID not in client.get(f"/runs/{run.pk}").content.decode()
    answer = run.answers.order_by("pk")[0]
    assert client.get(answer.get_absolute_url()).status_code == 200


@pytest.mark.parametrize("announced", [True, False])
@pytest.mark.parametrize("path", ["/question-sets/new", "/api/v1/question-sets"])
def test_a_large_body_is_not_taken(full: None, path: str, announced: bool) -> None:
    body = Body(20)
    headers = {"content-length": str(20 * 2**20)} if announced else {}
    answer = post(path, body, **headers)
    assert answer.status == 507 and SAID in answer.body.decode()
    assert body.taken == body.pieces and body.on_disk <= (0 if announced else 2 * 2**20)


class Breaking(SimpleUploadedFile):
    """As if the disk filled up in the middle."""

    broken = False

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        yield ROWS
        if self.broken:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.django_db
def test_no_part_of_a_file_stays(
    kept: Path, user: User, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = Breaking("set.jsonl", ROWS)
    monkeypatch.setattr("webapp.questions.uploads.report_of", lambda *_: {"asks": {}})
    broken.broken = True
    with pytest.raises(OSError, match="No space left"):
        uploads.keep(team, user, broken)
    assert not list(kept.iterdir()) and not Upload.objects.exists()


@pytest.mark.django_db
def test_what_killed_processes_left_is_swept(kept: Path) -> None:
    for name, hours in {"tmpold.upload.csv": 2, "tmpnew.upload.csv": 0, "waits": 2}.items():
        (kept / name).write_bytes(ROWS)
        os.utime(kept / name, (time.time() - hours * 3600,) * 2)
    uploads.forget_old()
    assert {path.name for path in kept.iterdir()} == {"tmpnew.upload.csv", "waits"}


@pytest.mark.django_db
def test_so_many_bytes_of_a_person_may_wait(
    kept: Path, settings: Settings, user: User, team: Team
) -> None:
    """Question sets and logs together; another person has their own."""
    settings.UPLOADS_WAITING_BYTES = int(2.5 * len(ROWS))
    uploads.keep(team, user, file())
    (kept / f"{uploads.log_name(user)}x").write_bytes(ROWS)
    with pytest.raises(FileRefused, match="not stored would have"):
        uploads.keep(team, user, file())
    uploads.keep(team, User.objects.create_user("other", team=team), file())
    assert len(list(kept.iterdir())) == 3


@pytest.mark.django_db
def test_a_database_without_room_is_told_as_such(
    signed_in: Client, user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise OperationalError("could not extend file") from DiskFull("could not extend file")

    monkeypatch.setattr("webapp.api.runs.runs.find_runs", full)
    monkeypatch.setattr("webapp.pages.pools.views._pool", full)
    program = Client(
        headers={"Authorization": f"Bearer {Token.create(user)[1]}"}, raise_request_exception=False
    )
    answer = program.get("/api/v1/runs")
    assert answer.status_code == 507 and "disk is full" in answer.json()["message"]
    signed_in.raise_request_exception = False
    page = signed_in.get("/pools/1")
    assert page.status_code == 507 and "wait for room" in page.content.decode()


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_is_lost_in_a_copy_fails_no_run(
    team: Team, recorded_pool: Pool, test_set: QuestionSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = submit_run(team, None, pool=recorded_pool, questions=test_set, method="all-experts")
    copied = copy_rows

    def cut(model: Any, columns: Any, rows: Any) -> int:
        def cutting() -> Iterator[Any]:
            for number, row in enumerate(rows):
                yield row
                if not number:
                    end_session()
                    time.sleep(0.2)

        return copied(model, columns, cutting())

    with monkeypatch.context() as broken:
        broken.setattr("webapp.execution.asking.copy_rows", cut)
        with pytest.raises(OperationalError):
            advance_run(run.pk)
        connection.close()
        turns.take(run.pk)
    run.refresh_from_db()
    assert (run.status, run.problem) == (Run.Status.RUNNING, "")
    assert done(run).status == Run.Status.DONE


def end_session() -> None:
    """As a restart of the database does."""
    pid = connection.connection.info.backend_pid
    with psycopg.connect(connection.connection.info.dsn, password=password()) as other:
        other.execute("SELECT pg_terminate_backend(%s)", [pid])


def password() -> str:
    return str(connection.settings_dict["PASSWORD"])
