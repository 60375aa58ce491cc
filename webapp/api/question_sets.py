"""Question sets: upload a file, see which there are."""

from datetime import datetime
from typing import Annotated, Any

from ninja import File, Form, Path, Query, Router, Status, UploadedFile
from pydantic import BaseModel, Field

from moe_core.benchmarks import BENCHMARKS
from webapp.api.auth import ApiRequest
from webapp.api.errors import RowProblem, wrong_field
from webapp.api.fields import ANY_TEXT, IdText, OneOf, Page, Paging, answers, rows_of
from webapp.api.lookups import question_set_of
from webapp.api.strict_json import strict_json
from webapp.files.formats import FORMAT_NAMES
from webapp.questions.benchmarks import CHOOSABLE, GUESS
from webapp.questions.models import QuestionSet
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
WHOSE = Field(description="Whose wording its questions are asked in; empty: the product's own.")


class Upload(BaseModel):
    """What comes with the file."""

    name: str = Field(
        default="",
        max_length=100,
        pattern=ANY_TEXT,
        description="Without it: the file's name without its ending.",
    )
    kind: Kind = Field(description="Profiles are made on validation sets, runs answer test sets.")
    mapping: str = Field(
        default="",
        description="Where the file's columns are not recognised: a JSON object such as"
        ' {"question": "prompt", "options": ["a", "b"], "category": null}; null: not used.',
    )
    benchmark: Annotated[str, OneOf(CHOOSABLE)] = Field(
        default=GUESS,
        description="Whose wording the questions are asked in; guess: as the columns tell; none:"
        " the product's own.",
    )
    on_error: OnError = ON_ERROR


class QuestionSetDetails(BaseModel):
    id: int
    name: str
    kind: Kind
    benchmark: Benchmark = WHOSE
    questions: int
    filename: str
    format: str
    columns: Columns = Field(description="What was taken → the file's column, or columns.")
    sha256: str = Field(description="Of the file.")
    created: datetime


class Uploaded(BaseModel):
    """A stored question set, and how its file was read."""

    id: int
    questions: int
    format: str
    columns: Columns
    benchmark: Benchmark = WHOSE
    warnings: list[str]
    errors: list[RowProblem] = Field(description="Rows that were left out (on_error=skip).")


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
        mapping=_mapping(upload.mapping),
        benchmark=upload.benchmark,
        skip_bad_rows=upload.on_error == "skip",
    )
    made = taken.question_set
    return Status(
        201,
        Uploaded(
            id=made.pk,
            questions=made.size,
            format=made.format,
            columns=made.columns,
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
def list_question_sets(request: ApiRequest, paging: Query[Paging]) -> Page[QuestionSetDetails]:
    """The newest first."""
    rows, following = rows_of(
        QuestionSet.objects.filter(team=request.auth.team), paging, newest_first=True
    )
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
        questions=row.size,
        filename=row.filename,
        format=row.format,
        columns=row.columns,
        sha256=row.sha256,
        created=row.created,
    )


def _mapping(text: str) -> Any:
    """Whether it is one is seen when the file is taken. Raises ApiError for what is no JSON."""
    try:
        return strict_json(text) if text.strip() else None
    except (ValueError, RecursionError) as error:
        raise wrong_field(
            "mapping",
            f'This is no JSON ({error}): give an object such as {{"question": "prompt"}}.',
        ) from None
