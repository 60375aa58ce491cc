"""Question sets: upload a file, see which there are."""

from datetime import datetime
from typing import Annotated, Any

from ninja import File, Form, Path, Query, Router, Status, UploadedFile
from pydantic import BaseModel, Field

from moe_core.benchmarks import BENCHMARKS
from moe_core.values import Scoring
from webapp.api.auth import ApiRequest
from webapp.api.errors import RowProblem, wrong_field
from webapp.api.fields import ANY_TEXT, IdText, KeptPaging, OneOf, Page, Paging, answers, rows_of
from webapp.api.lookups import question_set_of
from webapp.api.scorers import PATTERN, SCORER, ScorerName
from webapp.api.strict_json import strict_json
from webapp.files.formats import FORMAT_NAMES
from webapp.questions.benchmarks import CHOOSABLE, GUESS
from webapp.questions.models import QuestionSet, SavedMapping
from webapp.questions.reports import report_of
from webapp.questions.saved import saved_mapping
from webapp.questions.taking import take_questions

router = Router(tags=["Question sets"])

Kind = Annotated[str, OneOf(QuestionSet.Kind.values)]
OnError = Annotated[str, OneOf(("refuse", "skip"))]
ON_ERROR = Field(
    default="refuse",
    description="refuse: nothing is stored when a row cannot be taken; skip: such rows are left"
    " out and listed.",
)
Benchmark = Annotated[str, OneOf(("", *BENCHMARKS))]
Columns = dict[str, str | list[str]]
UNUSED = Field(description="Columns of the file that were taken for nothing.")
SHOWN = (  # of a report
    *("problem", "asks", "names", "format", "columns", "unused", "parts", "mapping"),
    *("warnings", "bad_rows"),
)
WHOSE = Field(description="Whose wording its questions are asked in; empty: the product's own.")


MAPPING = Field(
    default="",
    description="What is not recognised, or should be read otherwise: a JSON object such as"
    ' {"question": "prompt", "options": ["a", "b"], "category": null}; null: not used. Also'
    ' {"rows": "test"}, {"written": "index from 0"}, {"several": "all"}, {"header": false},'
    ' {"ignored": ["image"]}.',
)
SAVED_MAPPING = Field(
    default="",
    max_length=100,
    pattern=ANY_TEXT,
    description="The name of a mapping that the team has kept; `mapping` goes before it.",
)


class Looked(BaseModel):
    """What comes with a file that is only looked at."""

    mapping: str = MAPPING
    saved_mapping: str = SAVED_MAPPING


class Upload(BaseModel):
    """What comes with the file."""

    name: str = Field(
        default="",
        max_length=100,
        pattern=ANY_TEXT,
        description="Without it: the file's name without its ending.",
    )
    kind: Kind = Field(description="Profiles are made on validation sets, runs answer test sets.")
    mapping: str = MAPPING
    saved_mapping: str = SAVED_MAPPING
    save_mapping_as: str = Field(
        default="",
        max_length=100,
        pattern=ANY_TEXT,
        description="A name under which the team keeps the mapping that the file was read by.",
    )
    benchmark: Annotated[str, OneOf(CHOOSABLE)] = Field(
        default=GUESS,
        description="Whose wording the questions are asked in; guess: as the columns tell; none:"
        " the product's own.",
    )
    scorer: ScorerName = SCORER
    pattern: str = PATTERN
    on_error: OnError = ON_ERROR


class QuestionSetDetails(BaseModel):
    id: int
    name: str
    kind: Kind
    benchmark: Benchmark = WHOSE
    scorer: str = Field(description="Of new runs; empty: found by each question.")
    pattern: str
    questions: int
    version: int = Field(description="Of its gold answers; from 2 on, some were corrected.")
    filename: str
    format: str
    columns: Columns = Field(description="What was taken → the file's column, or columns.")
    unused: list[str] = UNUSED
    sha256: str = Field(description="Of the file.")
    archived: datetime | None
    created: datetime


class Uploaded(BaseModel):
    """A stored question set, and how its file was read."""

    id: int
    questions: int
    format: str
    columns: Columns
    unused: list[str] = UNUSED
    benchmark: Benchmark = WHOSE
    warnings: list[str]
    errors: list[RowProblem] = Field(description="Rows that were left out (on_error=skip).")


class QuestionRow(BaseModel):
    """A question as it would be stored."""

    row: int
    key: str = Field(description="Its id.")
    text: str
    options: list[str]
    gold: str = Field(description="A letter with options; empty: ungraded.")
    alternatives: list[str] = Field(description="What is as right as the gold answer.")
    category: str
    messages: list[dict[str, str]] = Field(description="Chat messages; empty: its text alone.")


class Preview(BaseModel):
    """How a file would be read. With a `problem`, nothing could be."""

    problem: str = Field(description="Why it cannot be taken so, and what to do; empty: it can.")
    asks: dict[str, list[str]] = Field(
        description="What the mapping has to say first: a word of it → what to choose from."
    )
    names: list[str] = Field(description="Of all columns, and of members of their objects.")
    format: str
    columns: Columns
    unused: list[str] = UNUSED
    parts: list[str] = Field(
        description="Unused columns that look like a part of the question: the file is not stored"
        " until the mapping uses or ignores them."
    )
    mapping: dict[str, Any] = Field(description="What would read another file just so.")
    questions: int
    warnings: list[str]
    bad_rows: int
    errors: list[RowProblem] = Field(description="The first of the rows that cannot be taken.")
    rows: list[QuestionRow] = Field(description="The first questions.")


class SavedMappingDetails(BaseModel):
    name: str
    mapping: dict[str, Any]
    created: datetime


@router.post(
    "/question-sets/preview",
    response=answers(200, Preview, 400, 413),
    summary="See how a file would be read",
)
def preview_question_set(
    request: ApiRequest, file: File[UploadedFile], looked: Form[Looked]
) -> Preview:
    """Nothing is stored: warnings, problems and the first questions, as the page shows them."""
    report = report_of(file, file.name or "", _mapping(request, looked))
    kept = {name: report[name] for name in SHOWN}  # type: ignore[literal-required]
    return Preview(
        **kept,
        questions=report["size"],
        errors=[RowProblem(row=row, message=message) for row, message in report["errors"]],
        rows=[QuestionRow(**row) for row in report["rows"]],
    )


@router.get(
    "/question-mappings",
    response=answers(200, Page[SavedMappingDetails]),
    summary="List the team's saved mappings",
)
def list_saved_mappings(request: ApiRequest, paging: Query[Paging]) -> Page[SavedMappingDetails]:
    """The newest first."""
    kept = SavedMapping.objects.filter(team=request.auth.team)
    rows, following = rows_of(kept, paging, newest_first=True)
    items = [
        SavedMappingDetails(name=row.name, mapping=row.mapping, created=row.created) for row in rows
    ]
    return Page(items=items, next=following)


@router.post(
    "/question-sets",
    response=answers(201, Uploaded, 400, 413),
    summary="Upload a question set",
    description=f"Store the questions of a {FORMAT_NAMES} file, recognised by its content.",
)
def upload_question_set(
    request: ApiRequest, file: File[UploadedFile], upload: Form[Upload]
) -> Status[Uploaded]:
    taken = take_questions(
        request.auth.team,
        request.auth.user,
        file,
        file.name or "",
        name=upload.name,
        kind=upload.kind,
        mapping=_mapping(request, upload),
        save_mapping_as=upload.save_mapping_as,
        benchmark=upload.benchmark,
        skip_bad_rows=upload.on_error == "skip",
        scoring=Scoring(upload.scorer, upload.pattern),
    )
    made = taken.question_set
    return Status(
        201,
        Uploaded(
            id=made.pk,
            questions=made.size,
            format=made.format,
            columns=made.columns,
            unused=made.unused,
            benchmark=made.benchmark,
            warnings=list(taken.warnings),
            errors=[RowProblem(row=error.row, message=error.message) for error in taken.errors],
        ),
    )


@router.get(
    "/question-sets",
    response=answers(200, Page[QuestionSetDetails]),
    summary="List the team's question sets",
)
def list_question_sets(request: ApiRequest, paging: Query[KeptPaging]) -> Page[QuestionSetDetails]:
    """The newest first."""
    sets = QuestionSet.objects.filter(team=request.auth.team, archived__isnull=not paging.archived)
    rows, following = rows_of(sets, paging, newest_first=True)
    return Page(items=[_details(row) for row in rows], next=following)


@router.get(
    "/question-sets/{question_set}",
    response=answers(200, QuestionSetDetails, 404),
    summary="Get a question set",
)
def get_question_set(request: ApiRequest, question_set: Path[IdText]) -> QuestionSetDetails:
    """How its file was read, and how many questions it holds."""
    return _details(question_set_of(request.auth.team, question_set))


def _details(row: QuestionSet) -> QuestionSetDetails:
    return QuestionSetDetails(
        id=row.pk,
        name=row.name,
        kind=row.kind,
        benchmark=row.benchmark,
        scorer=row.scorer,
        pattern=row.pattern,
        questions=row.size,
        version=row.version,
        filename=row.filename,
        format=row.format,
        columns=row.columns,
        unused=row.unused,
        sha256=row.sha256,
        archived=row.archived,
        created=row.created,
    )


def _mapping(request: ApiRequest, given: Upload | Looked) -> Any:
    """What is said here, over a mapping that the team has kept. Raises ApiError, FileRefused."""
    said = _said(given.mapping)
    if not given.saved_mapping:
        return said
    kept = saved_mapping(request.auth.team, given.saved_mapping)
    return kept | said if isinstance(said, dict) else said


def _said(text: str) -> Any:
    """Whether it is a mapping is seen when the file is taken. Raises ApiError for no JSON."""
    try:
        return strict_json(text) if text.strip() else {}
    except (ValueError, RecursionError) as error:
        raise wrong_field(
            "mapping",
            f'This is no JSON ({error}): give an object such as {{"question": "prompt"}}.',
        ) from None
