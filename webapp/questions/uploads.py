"""Files that people look at before they are stored: kept in the data folder, for a day at most."""

import csv
import hashlib
import io
import time
from collections.abc import Iterator
from datetime import timedelta
from itertools import count, islice
from pathlib import Path, PurePath
from typing import Any, cast
from uuid import uuid4

from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone

from webapp.accounts.models import Team, User
from webapp.files.errors import FileRefused
from webapp.files.read_in_child import Chunked, FileRead
from webapp.files.tables import NO_TEXT
from webapp.questions.models import QuestionSet, Report, StoredQuestion, Upload, kept_files
from webapp.questions.taking import TakenQuestions, read_questions, take_questions

ROWS, ERRORS = 10, 50  # kept with an upload, to be shown
KEPT = timedelta(days=1)
PIECE = 2**16  # characters of a list of problems that are sent together


def keep(team: Team, person: User, file: "UploadedFile[Any]") -> Upload:
    """Read an uploaded file and keep it. Raises FileRefused where no other mapping would help."""
    filename = NO_TEXT.sub("", file.name or "questions")[-255:]
    upload = Upload(team=team, person=person, filename=filename, size=file.size or 0)
    upload.report = _report(file, upload)
    upload.file.save(uuid4().hex, file, save=False)
    with _path(upload).open("rb") as kept:
        upload.sha256 = hashlib.file_digest(kept, "sha256").hexdigest()
    upload.save()
    return upload


def read_again(upload: Upload, mapping: dict[str, Any]) -> None:
    """The same file by another mapping. Raises FileRefused where it cannot be read at all."""
    upload.mapping = mapping
    upload.report = _report(_path(upload), upload)
    upload.save(update_fields=["mapping", "report"])


def store(upload: Upload, person: User, **given: Any) -> TakenQuestions:
    """Make a question set of it; the upload is gone then. Raises FileRefused."""
    taken = take_questions(
        upload.team, person, _path(upload), upload.filename, mapping=upload.mapping, **given
    )
    discard(upload)
    return taken


def discard(upload: Upload) -> None:
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


def _report(file: Path | Chunked, upload: Upload) -> Report:
    try:
        with read_questions(file, upload.filename, upload.mapping) as read:
            return _of(read)
    except FileRefused as error:
        if not error.names:
            raise
        return _refused(error)


def _of(read: FileRead) -> Report:
    return {
        "names": read.names,
        "first": [],
        "problem": "",
        "format": read.format,
        "columns": read.columns,
        "unused": read.unused,
        "warnings": read.warnings,
        "size": read.size,
        "bad_rows": read.bad_rows,
        "errors": [(error.row, error.message) for error in read.errors[:ERRORS]],
        "rows": [cast(StoredQuestion, row) for row in islice(read.rows(), ROWS)],
    }


def _refused(error: FileRefused) -> Report:
    return {
        "names": error.names,
        "first": error.first,
        "problem": str(error),
        "format": "",
        "columns": {},
        "unused": [],
        "warnings": [],
        "size": 0,
        "bad_rows": 0,
        "errors": [],
        "rows": [],
    }
