"""Question sets from files: read whole, every row that cannot be taken named, stored or not at all.

`load_questions` touches nothing; `store` writes one question set in one transaction. Whoever
calls decides whether a file with bad rows is refused or stored without them.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction

from webapp.accounts.models import Team, User
from webapp.questions import columns
from webapp.questions.columns import RowRefused, cell
from webapp.questions.models import Question, QuestionSet
from webapp.questions.parsing import FileRefused, parse

__all__ = ["FileRefused", "Loaded", "LoadedQuestion", "RowError", "load_questions", "store"]

BATCH = 1000  # rows in one INSERT
LONGEST_LABEL = 200  # characters of an id or a category, as the columns in Postgres have it


@dataclass(frozen=True)
class LoadedQuestion:
    """One good row. `row` counts data rows from 1; `gold` is a letter when there are options."""

    row: int
    key: str
    text: str
    options: tuple[str, ...]
    gold: str
    category: str


@dataclass(frozen=True)
class RowError:
    """A row that cannot be taken, and why."""

    row: int
    message: str

    def __str__(self) -> str:
        return f"Row {self.row}: {self.message}"


@dataclass(frozen=True)
class Loaded:
    """A file that was read. `columns` says which column was taken for what, `unused` the rest."""

    questions: Sequence[LoadedQuestion]
    errors: Sequence[RowError]
    format: str
    columns: Mapping[str, str]
    unused: Sequence[str] = ()

    def reading(self) -> str:
        """How it was read, in words."""
        taken = ", ".join(f"{meaning} from “{name}”" for meaning, name in self.columns.items())
        left = ", ".join(f"“{name}”" for name in self.unused)
        return f"{self.format}: {taken}" + (f"; not used: {left}" if left else "")


def load_questions(content: bytes, filename: str) -> Loaded:
    """Read a CSV, JSON or JSONL file. Raises FileRefused, whose message begins with its name."""
    try:
        return _load(content)
    except FileRefused as error:
        raise FileRefused(f"{filename}: {error}" if filename else str(error)) from None


def _load(content: bytes) -> Loaded:
    if len(content) > settings.UPLOAD_LIMIT_BYTES:
        raise FileRefused(
            f"The file has more than {settings.UPLOAD_LIMIT_BYTES / 2**20:g} MB: split it, or ask"
            " whoever runs the product to raise SKILLMOE_UPLOAD_LIMIT_MB."
        )
    table = parse(content)
    if not table.rows:
        raise FileRefused("The file has no rows: add at least one question.")
    found = columns.recognise(table.names)
    questions: list[LoadedQuestion] = []
    errors: list[RowError] = []
    rows_by_key: dict[str, int] = {}
    for row, record in enumerate(table.rows, start=1):
        try:
            if isinstance(record, str):
                raise RowRefused(record)
            question = _question(row, record, found)
            earlier = rows_by_key.setdefault(question.key, row)
            if earlier != row:
                raise RowRefused(f"The id {question.key!r} was used in row {earlier} already.")
        except RowRefused as error:
            errors.append(RowError(row, str(error)))
        else:
            questions.append(question)
    unused = [name for name in table.names if name not in found.values()]
    return Loaded(questions, errors, table.format, found, unused)


def _question(row: int, record: Mapping[str, Any], found: Mapping[str, str]) -> LoadedQuestion:
    text = columns.question_of(cell(record, found, "question"))
    answer = columns.text_of(cell(record, found, "answer"), "answer")
    options = columns.options_of(cell(record, found, "options"))
    if options is None:
        stem, inline = columns.split_inline(text)
        if inline:
            text, options = columns.question_of(stem), inline
    if not options and columns.is_letter(answer) and _should_have_options(text, options):
        raise RowRefused("The answer is a letter, but there are no options to choose from.")
    if options:
        columns.check_options(options)
    gold = columns.gold_of(answer, options) if answer and options else answer
    _check_length(text, options or [], gold)
    return LoadedQuestion(
        row=row,
        key=_limited(columns.text_of(cell(record, found, "id"), "id") or str(row), "id"),
        text=text,
        options=tuple(options or ()),
        gold=gold,
        category=_limited(columns.text_of(cell(record, found, "category"), "category"), "category"),
    )


def _should_have_options(text: str, options: Sequence[str] | None) -> bool:
    """Whether a question without options names some: an empty list, or "The options are:"."""
    return options is not None or columns.announces_options(text)


def _check_length(text: str, options: Sequence[str], gold: str) -> None:
    limit = settings.QUESTION_LIMIT_CHARACTERS
    length = len(text) + sum(len(option) for option in options)
    for what, size in (("question (with its options)", length), ("answer", len(gold))):
        if size > limit:
            raise RowRefused(f"The {what} has {size:,} characters; {limit:,} are allowed.")


def _limited(text: str, what: str) -> str:
    if len(text) > LONGEST_LABEL:
        raise RowRefused(f"The {what} has {len(text)} characters; {LONGEST_LABEL} are allowed.")
    return text


def store(
    team: Team,
    user: User | None,
    name: str,
    kind: str,
    filename: str,
    content: bytes,
    loaded: Loaded,
) -> QuestionSet:
    """Store the good rows of a file as a question set, whole or not at all. Raises FileRefused."""
    if not loaded.questions:
        raise FileRefused("No row of the file can be taken: put the rows right first.")
    questions = QuestionSet(
        team=team,
        created_by=user,
        name=_checked_name(team, name),
        kind=_checked_kind(kind),
        filename=filename.replace("\0", "")[-255:],
        format=loaded.format,
        columns=dict(loaded.columns),
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(loaded.questions),
    )
    try:
        with transaction.atomic():
            questions.save()
            Question.objects.bulk_create(
                (_stored(questions, question) for question in loaded.questions), batch_size=BATCH
            )
    except IntegrityError:  # somebody took the name since it was checked
        raise FileRefused(_taken(name)) from None
    return questions


def _stored(questions: QuestionSet, loaded: LoadedQuestion) -> Question:
    return Question(
        question_set=questions,
        row=loaded.row,
        key=loaded.key,
        text=loaded.text,
        options=list(loaded.options),
        gold=loaded.gold,
        category=loaded.category,
    )


def _checked_name(team: Team, name: str) -> str:
    name = name.replace("\0", "").strip()
    if not 1 <= len(name) <= 100:
        raise FileRefused("Give the question set a name of 1 to 100 characters.")
    if QuestionSet.objects.filter(team=team, name=name).exists():
        raise FileRefused(_taken(name))
    return name


def _checked_kind(kind: str) -> str:
    if kind not in QuestionSet.Kind.values:
        raise FileRefused(f"The kind is {kind!r}: choose one of {', '.join(QuestionSet.Kind)}.")
    return kind


def _taken(name: str) -> str:
    return f"There is a question set called {name!r} already: choose another name."
