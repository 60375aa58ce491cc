"""What would be stored of a log, before anything is: for the form and the API."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import transaction

from webapp.accounts.models import Team
from webapp.files.errors import FileRefused, RowError
from webapp.files.read_in_child import Chunked
from webapp.questions.models import QuestionSet
from webapp.recorded.incoming import Matched, first_matched
from webapp.recorded.own_questions import NewSet
from webapp.recorded.shapes import paths_of
from webapp.recorded.taking import TakenResponses, questions_of, reading, store, storing

ROWS, ERRORS = 10, 50  # that are shown
READ = 100  # responses in which an answer is looked for


@dataclass(frozen=True)
class Preview:
    """What storing would give. With a `problem`, nothing could be stored, and `taken` is None."""

    problem: str  # why the log cannot be taken as it is mapped
    names: Sequence[str]  # of the file's columns
    first: Sequence[Sequence[str]] = ()  # cells of its first rows, where it could not be read
    columns: Mapping[str, list[str]] = field(default_factory=dict)  # paths, the surest first
    unused: Sequence[str] = ()
    taken: TakenResponses | None = None
    rows: Sequence[Matched] = ()  # the first ones
    read: int = 0  # in how many responses an answer was looked for, and
    unread: int = 0  # in how many of them there was none
    questions: int = 0  # of the set that is answered
    bad_rows: int = 0
    errors: Sequence[RowError] = ()  # of rows that would be left out, the first ones


def preview_responses(
    team: Team,
    file: Path | Chunked,
    filename: str,
    *,
    question_set: QuestionSet | NewSet,
    pool: str,
    mapping: Mapping[str, Any] | None = None,
) -> Preview:
    """Store the log's good rows, look at what came of it, and take it back.

    Raises FileRefused where no other mapping would help.
    """
    try:
        with reading(file, filename, question_set, mapping or {}) as read, storing(filename):
            questions, told = questions_of(team, None, read, filename, question_set, True)
            taken = store(team, read, filename, questions, pool, mapping or {}, True, told)
            rows = first_matched(READ)
            transaction.set_rollback(True)
    except FileRefused as error:
        if not error.names and not error.errors:
            raise
        return Preview(
            problem=str(error),
            names=error.names,
            first=error.first,
            columns=paths_of(error.names, mapping or {}),
            bad_rows=error.bad_rows,
            errors=error.errors[:ERRORS],
        )
    return Preview(
        problem="",
        names=read.names,
        columns=paths_of(read.names, mapping or {}),
        unused=read.unused,
        taken=taken,
        rows=rows[:ROWS],
        read=len(rows),
        unread=sum(not row.stated for row in rows),
        questions=questions.size,
        bad_rows=taken.bad_rows,
        errors=taken.errors[:ERRORS],
    )
