"""Files that people look at before they are stored: kept in the data folder, for a day at most."""

import csv
import hashlib
import io
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from itertools import count
from pathlib import Path, PurePath
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.files.storage import Storage
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from webapp.accounts.models import Team, User
from webapp.audit.actions import Action
from webapp.audit.recording import record
from webapp.db import locks
from webapp.db.locks import Lock
from webapp.files import room
from webapp.files.errors import FileRefused
from webapp.files.tables import NO_TEXT
from webapp.questions.models import QuestionSet, Upload, kept_files
from webapp.questions.reports import report_of
from webapp.questions.taking import TakenQuestions, read_questions, take_questions

KEPT = timedelta(days=1)
ARRIVING = timedelta(hours=1)  # of what is just being sent; longer, and its process was killed
ADVICE = "store or discard one of them first, or come back tomorrow, when they are gone."
PIECE = 2**16  # characters of a list of problems that are sent together


def keep(team: Team, person: User, file: "UploadedFile[Any]") -> Upload:
    """Read an uploaded file and keep it. Raises FileRefused where no other mapping would help."""
    room.check(file.size or 0)
    _check_waiting(person, file.size or 0)  # before it is read, which takes a while
    filename = NO_TEXT.sub("", file.name or "questions")[-255:]
    upload = Upload(team=team, person=person, filename=filename, size=file.size or 0)
    upload.report = report_of(file, filename, {})
    with transaction.atomic():
        locks.take(Lock.UPLOADING, person.pk)
        _check_waiting(person, upload.size)
        with kept_whole(upload.file.storage, uuid4().hex, file) as upload.file.name:
            with _path(upload).open("rb") as kept:
                upload.sha256 = hashlib.file_digest(kept, "sha256").hexdigest()
            upload.save()
            record(Action.FILE_UPLOADED, upload, bytes=upload.size, sha256=upload.sha256)
    return upload


@contextmanager
def kept_whole(files: Storage, name: str, file: "UploadedFile[Any]") -> Iterator[str]:
    """A file among those that are kept, for as long as nothing fails: its name there. No part of
    it stays where the disk is full. Raises NoSpace."""
    try:
        yield files.save(name, file)
    except BaseException as error:
        with suppress(OSError):
            files.delete(name)
        if room.is_of_full_disk(error):
            room.check(file.size or 0)
        raise


def _check_waiting(person: User, size: int) -> None:
    """Of whatever a person has uploaded and not stored: so many files, and so many bytes."""
    waiting = Upload.objects.filter(person=person)
    check_waiting(waiting.count(), "uploads")
    check_bytes(person, size)


def check_waiting(count: int, what: str) -> None:
    if count >= settings.UPLOADS_WAITING:
        raise FileRefused(
            f"You have {count:,} {what} that are not stored, and no more may wait: {ADVICE}"
        )


def check_bytes(person: User, size: int) -> None:
    """With one more of that size."""
    kept = sum(Upload.objects.filter(person=person).values_list("size", flat=True))
    kept += sum(path.stat().st_size for path in logs_of(person))
    if kept + size > settings.UPLOADS_WAITING_BYTES:
        raise FileRefused(
            f"Your files that are not stored would have {(kept + size) / 2**20:,.0f} MB, and no"
            f" more than {settings.UPLOADS_WAITING_BYTES // 2**20:,} MB may wait: {ADVICE}"
        )


def logs_of(person: User) -> list[Path]:
    """Logs of responses that wait beside the uploads (`recorded/kept.py`)."""
    return list(Path(kept_files().location).glob(f"{log_name(person)}*"))


def log_name(person: User) -> str:
    """How the names of a person's logs begin."""
    return f"log-{person.pk}-"


def read_again(upload: Upload, mapping: dict[str, Any]) -> None:
    """The same file by another mapping. Raises FileRefused where it cannot be read at all."""
    asked = upload.report.get("asks", {})
    upload.mapping = mapping
    upload.report = report_of(_path(upload), upload.filename, mapping)
    upload.report["asks"] = asked | upload.report["asks"]  # what was chosen can be chosen anew
    upload.save(update_fields=["mapping", "report"])


def store(
    upload: Upload, person: User, *, leave_out_parts: bool = False, **given: Any
) -> TakenQuestions:
    """Make a question set of it; the upload is gone then. Raises FileRefused.

    `leave_out_parts`: columns that look like a part of the question may go.
    """
    mapping = dict(upload.mapping)
    if leave_out_parts:
        mapping["ignored"] = [*(mapping.get("ignored") or ()), *upload.report["parts"]]
    taken = take_questions(
        upload.team, person, _path(upload), upload.filename, mapping=mapping, **given
    )
    _forget(upload)
    return taken


def discard(upload: Upload) -> None:
    """Nothing of it is stored."""
    with transaction.atomic():
        record(Action.UPLOAD_DISCARDED, upload)
        upload.delete()
    upload.file.delete(save=False)


def _forget(upload: Upload) -> None:
    upload.delete()
    upload.file.delete(save=False)


def forget_old() -> None:
    """Uploads that nobody has stored for a day, and files whose upload is gone."""
    Upload.objects.filter(created__lt=timezone.now() - KEPT).delete()
    folder = Path(kept_files().location)
    for path in folder.iterdir() if folder.exists() else ():
        kept = ARRIVING if path.name.startswith("tmp") else KEPT
        if path.stat().st_mtime < time.time() - kept.total_seconds():
            path.unlink(missing_ok=True)


def problems(upload: Upload) -> Iterator[str]:
    """All rows that cannot be taken, as CSV in pieces. Raises FileRefused."""
    text = io.StringIO()
    lines = csv.writer(text)
    lines.writerow(("row", "problem"))
    with read_questions(_path(upload), upload.filename, upload.mapping) as read:
        for error in read.all_errors():
            lines.writerow((error.row, error.message))
            if text.tell() > PIECE:
                yield text.getvalue()
                text.seek(0)
                text.truncate()
    yield text.getvalue()


def twin(upload: Upload) -> QuestionSet | None:
    """The team's set that was made of the same file."""
    return QuestionSet.objects.filter(team=upload.team, sha256=upload.sha256).first()


def free_name(upload: Upload) -> str:
    """The file's name without its ending, and with a number where a set is called so already."""
    name = PurePath(upload.filename).stem.strip()[:90]
    sets = QuestionSet.objects.filter(team=upload.team, name__startswith=name)
    taken = set(sets.values_list("name", flat=True))
    numbered = (f"{name} {number}" for number in count(2))
    return name if name not in taken else next(free for free in numbered if free not in taken)


def _path(upload: Upload) -> Path:
    return Path(upload.file.path)
