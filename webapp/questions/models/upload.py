"""A file between its upload and its storing."""

from typing import Any, TypedDict

from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.db import models
from django.urls import reverse

from webapp.accounts.models import Team
from webapp.files.readers import Columns
from webapp.questions.reading.mapping import roles_of


class StoredQuestion(TypedDict):
    """A question as it would be stored."""

    row: int
    key: str
    text: str
    options: list[str]
    gold: str
    alternatives: list[str]
    category: str
    messages: list[dict[str, str]]


class Report(TypedDict):
    """What reading the file under its mapping gave. With a `problem`, only `names`, `first` and
    `asks` are filled."""

    names: list[str]  # of the file's columns
    first: list[list[str]]  # cells of the first rows and columns, as the file has them
    problem: str  # why the file cannot be taken as it is mapped
    asks: dict[str, list[str]]  # what a person has to say: a word of the mapping → its choices
    format: str
    columns: Columns
    unused: list[str]
    parts: list[str]  # columns that are not used, and look like a part of the question
    mapping: dict[str, Any]  # what would read another file just so
    warnings: list[str]
    size: int
    bad_rows: int
    errors: list[tuple[int | None, str]]  # the first ones
    rows: list[StoredQuestion]  # the first ones


def kept_files() -> FileSystemStorage:
    """In the data folder, for nobody else's eyes."""
    return FileSystemStorage(
        location=settings.DATA_DIR / "uploads",
        file_permissions_mode=0o600,
        directory_permissions_mode=0o700,
    )


class Upload(models.Model):
    """A file that a person looks at before it becomes a question set, or is discarded."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="uploads")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True)
    file = models.FileField(storage=kept_files)
    filename = models.CharField(max_length=255)  # as the person called it
    size = models.PositiveBigIntegerField()  # bytes
    sha256 = models.CharField(max_length=64)
    mapping = models.JSONField(default=dict)  # as chosen; empty: as the columns tell
    report = models.JSONField(default=dict)  # a Report
    created = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.filename

    def get_absolute_url(self) -> str:
        return reverse("question-set-upload", args=[self.pk])

    @property
    def columns(self) -> Columns:
        """Role → column or columns: as the file was read, else as they were chosen."""
        read: Columns = self.report["columns"]
        said = roles_of(self.mapping)
        return read or {role: columns for role, columns in said.items() if columns}
