"""Files that people look at before they are stored: kept in the data folder, for a day at most."""

import csv
import hashlib
import io
import time
from collections.abc import Iterator
from datetime import timedelta
from itertools import count
from pathlib import Path, PurePath
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from webapp.accounts.models import Team, User
from webapp.audit.actions import Action
from webapp.audit.recording import record
from webapp.db import locks
from webapp.db.locks import Lock
from webapp.files.errors import FileRefused
from webapp.files.tables import NO_TEXT
from webapp.questions.models import QuestionSet, Upload, kept_files
from webapp.questions.reports import report_of
from webapp.questions.taking import TakenQuestions, read_questions, take_questions

KEPT = timedelta(days=1)
PIECE = 2**16  # characters of a list of problems that are sent together


def keep(team: Team, person: User, file: "UploadedFile[Any]") -> Upload:
    """Read an uploaded file and keep it. Raises FileRefused where no other mapping would help."""
    _check_waiting(person)  # before it is read, which takes a while
    filename = NO_TEXT.sub("", file.name or "questions")[-255:]
    upload = Upload(team=team, person=person, filename=filename, size=file.size or 0)
    upload.report = report_of(file, filename, {})
    with transaction.atomic():
        locks.take(Lock.UPLOADING, person.pk)
        _check_waiting(person)
        upload.file.save(uuid4().hex, file, save=False)
        with _path(upload).open("rb") as kept:
            upload.sha256 = hashlib.file_digest(kept, "sha256").hexdigest()
        upload.save()
        record(Action.FILE_UPLOADED, upload, bytes=upload.size, sha256=upload.sha256)
    return upload


def _check_waiting(person: User) -> None:
    waiting = Upload.objects.filter(person=person).count()
    if waiting >= settings.UPLOADS_WAITING:
        raise FileRefused(
            f"You have {waiting:,} uploads that are not stored, and no more may wait: store or"
            " discard one of them first, or come back tomorrow, when they are gone."
        )


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
        if path.stat().st_mtime < time.time() - KEPT.total_seconds():
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
