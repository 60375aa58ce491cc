"""A question set of a log's own questions, for logs that bring them along."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile

from django.conf import settings

from webapp.accounts.models import Team, User
from webapp.files.errors import FileRefused
from webapp.files.read_in_child import FileRead
from webapp.questions.taking import TakenQuestions, take_questions


@dataclass(frozen=True)
class NewSet:
    """The set that is made. An empty name means the file's."""

    name: str
    kind: str


def make_set(
    team: Team,
    user: User | None,
    read: FileRead,
    filename: str,
    wanted: NewSet,
    *,
    skip_bad_rows: bool,
) -> TakenQuestions:
    """Store the questions of a log that was read with them, each once. Raises FileRefused."""
    with NamedTemporaryFile("w", suffix=".jsonl", dir=settings.FILE_UPLOAD_TEMP_DIR) as file:
        count = 0
        for line in _lines(read):
            count += 1
            file.write(line)
        file.flush()
        if not count:
            raise FileRefused(
                f"{filename}: the log does not hold the texts of its questions: upload the question"
                " set first, and choose it.",
                field="question_set",
            )
        return take_questions(
            team,
            user,
            Path(file.name),
            filename,
            name=wanted.name,
            kind=wanted.kind,
            skip_bad_rows=skip_bad_rows,
        )


def _lines(read: FileRead) -> Iterator[str]:
    seen: set[str] = set()
    for row in read.rows():
        question = row["question"]
        key = question.get("id") or question["question"]
        if question["question"] and key not in seen:
            seen.add(key)
            yield json.dumps(question) + "\n"
