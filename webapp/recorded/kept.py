"""Logs that people look at before they are stored: kept in the data folder, for a day at most.

What is known of one stands in its token, which is signed, so that no row is needed for it. Files
that nobody stored go with the others of that folder (questions.uploads.forget_old).
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from webapp.accounts.models import Team, User
from webapp.audit.actions import Action
from webapp.audit.recording import record
from webapp.db import locks
from webapp.db.locks import Lock
from webapp.files import room
from webapp.files.tables import NO_TEXT
from webapp.questions.models import kept_files
from webapp.questions.uploads import check_bytes, check_waiting, kept_whole, log_name, logs_of

SALT = "recorded responses"


@dataclass(frozen=True)
class KeptLog:
    path: Path
    filename: str  # as the person called it
    token: str

    def forget(self) -> None:
        self.path.unlink(missing_ok=True)


def keep(team: Team, person: User, file: "UploadedFile[Any]") -> KeptLog:
    """Raises FileRefused where too many of a person's wait."""
    room.check(file.size or 0)
    filename = NO_TEXT.sub("", file.name or "log")[-255:]
    with transaction.atomic():
        locks.take(Lock.UPLOADING, person.pk)
        check_waiting(len(logs_of(person)), "logs")
        check_bytes(person, file.size or 0)
        record(Action.FILE_UPLOADED, team=team, file=filename, bytes=file.size)
        with kept_whole(kept_files(), f"{log_name(person)}{uuid4().hex}", file) as name:
            pass
    token = signing.dumps({"name": name, "filename": filename, "team": team.pk}, salt=SALT)
    return KeptLog(Path(kept_files().path(name)), filename, token)


def kept(team: Team, token: str) -> KeptLog | None:
    """The log of that token, if it is the team's and still there."""
    try:
        said = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return None
    path = Path(kept_files().path(said["name"]))
    if said["team"] != team.pk or not path.exists():
        return None
    return KeptLog(path, said["filename"], token)
