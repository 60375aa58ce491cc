"""Recorded responses: what LLMs once wrote becomes a pool of recorded experts."""

from typing import Annotated, Any

from ninja import File, Form, Router, Status, UploadedFile
from pydantic import BaseModel, Field

from webapp.api.auth import ApiRequest
from webapp.api.errors import RowProblem, wrong_field
from webapp.api.fields import ANY_TEXT, IdText, Name, OneOf, answers
from webapp.api.lookups import question_set_of
from webapp.api.strict_json import strict_json
from webapp.api.uploads.question_sets import ON_ERROR, Kind, OnError
from webapp.questions.models import QuestionSet
from webapp.recorded.incoming import Matched
from webapp.recorded.own_questions import NewSet
from webapp.recorded.preview import preview_responses
from webapp.recorded.taking import TakenResponses, take_responses

router = Router(tags=["Recorded experts"])

MatchedBy = Annotated[str, OneOf(("id", "text", "place"))]
MATCHED_BY = Field(
    description="What named the questions: ids; texts; place: ids that count from 0 the rows of a"
    " set without ids of its own."
)


class Upload(BaseModel):
    """What comes with the file."""

    question_set: IdText | None = Field(
        default=None, description="The id of the set that was answered; or name a `new_set`."
    )
    pool: Name = Field(description="The name of the pool that the models become.")
    mapping: str = Field(
        default="",
        description="What is not recognised, or should be read otherwise: a JSON object such as"
        ' {"id": "doc.key", "output": ["model-a", "model-b"]}; null: not used. Also {"model_name":'
        ' "org/model-7B"} for a log of one model that does not name it, and {"keep": 2} or {"keep":'
        ' "all"} for logs with several samples of a question.',
    )
    new_set: str = Field(
        default="",
        max_length=100,
        pattern=ANY_TEXT,
        description="A name for a set that is made of the log's own questions, instead of an"
        " existing one.",
    )
    new_set_kind: Kind = Field(default="test", description="Of the set that is made.")
    on_error: OnError = ON_ERROR


class ModelCount(BaseModel):
    model: str
    responses: int


class Counts(BaseModel):
    """What of a log is new, and what was there before."""

    read_as: str = Field(description="The layout that was recognised.")
    matched_by: MatchedBy = MATCHED_BY
    models: list[ModelCount] = Field(description="With the responses that answer the set.")
    experts: int
    responses: int = Field(description="New ones.")
    unchanged: int = Field(description="There already, word for word.")
    changed: int = Field(description="There already with other words; left as they are.")
    warnings: list[str]


class Recorded(Counts):
    """What a file of responses became."""

    pool: int
    question_set: int
    errors: list[RowProblem] = Field(description="Rows that were left out (on_error=skip).")


class MatchedRow(BaseModel):
    row: int
    question_id: str
    question: str
    model: str
    output: str
    stated: str | None = Field(description="The answer that is read in the output.")
    gold: str


class ResponsesPreview(BaseModel):
    """What storing would give. With a `problem`, nothing could be stored."""

    problem: str = Field(description="Why it cannot be taken so, and what to do; empty: it can.")
    names: list[str] = Field(description="Of the file's columns.")
    columns: dict[str, list[str]] = Field(
        description="What was taken → where in a row it is looked for, the surest first."
    )
    unused: list[str] = Field(description="Columns of the file that were taken for nothing.")
    questions: int = Field(description="Of the set that is answered.")
    counts: Counts | None
    bad_rows: int
    errors: list[RowProblem] = Field(description="The first of the rows that cannot be taken.")
    read: int = Field(description="In how many responses an answer was looked for.")
    unread: int = Field(description="In how many of those none was found.")
    rows: list[MatchedRow] = Field(description="The first responses, beside their questions.")


@router.post(
    "/recorded-responses/preview",
    response=answers(200, ResponsesPreview, 400, 404, 413),
    summary="See what would be stored of a log",
)
def preview_recorded_responses(
    request: ApiRequest, file: File[UploadedFile], upload: Form[Upload]
) -> ResponsesPreview:
    """Nothing is stored: which questions are matched and by what, models, samples, and warnings."""
    found = preview_responses(
        request.auth.team,
        file,
        file.name or "",
        question_set=_set(request, upload),
        pool=upload.pool,
        mapping=_mapping(upload.mapping),
    )
    return ResponsesPreview(
        problem=found.problem,
        names=list(found.names),
        columns={role: list(paths) for role, paths in found.columns.items()},
        unused=list(found.unused),
        questions=found.questions,
        counts=Counts(**_counts(found.taken)) if found.taken else None,
        bad_rows=found.bad_rows,
        errors=[RowProblem(row=error.row, message=error.message) for error in found.errors],
        read=found.read,
        unread=found.unread,
        rows=[_row(row) for row in found.rows],
    )


@router.post(
    "/recorded-responses",
    response=answers(201, Recorded, 400, 404, 413),
    summary="Upload recorded responses",
)
def upload_recorded_responses(
    request: ApiRequest, file: File[UploadedFile], upload: Form[Upload]
) -> Status[Recorded]:
    """Import a log of responses to a question set.

    The models become the recorded experts of the pool of that name, which is made if it is not
    there. Upload the responses to the validation set and to the test set under the same name. A log
    that has grown can be uploaded again: what is new is added.
    """
    taken = take_responses(
        request.auth.team,
        request.auth.user,
        file,
        file.name or "",
        question_set=_set(request, upload),
        pool=upload.pool,
        mapping=_mapping(upload.mapping),
        skip_bad_rows=upload.on_error == "skip",
    )
    return Status(
        201,
        Recorded(
            **_counts(taken),
            pool=taken.pool.pk,
            question_set=taken.question_set.pk,
            errors=[RowProblem(row=error.row, message=error.message) for error in taken.errors],
        ),
    )


def _row(row: Matched) -> MatchedRow:
    return MatchedRow(
        row=row.row,
        question_id=row.question.key,
        question=row.question.text,
        model=row.model,
        output=row.output,
        stated=row.stated,
        gold=row.question.gold,
    )


def _counts(taken: TakenResponses) -> dict[str, Any]:
    return {
        "read_as": taken.read_as,
        "matched_by": taken.matched_by,
        "models": [{"model": model, "responses": count} for model, count in taken.models],
        "experts": taken.experts,
        "responses": taken.responses,
        "unchanged": taken.unchanged,
        "changed": taken.changed,
        "warnings": list(taken.warnings),
    }


def _set(request: ApiRequest, upload: Upload) -> QuestionSet | NewSet:
    """Raises ApiError for a set that is not there, and where it is not said which."""
    new = upload.new_set.strip()
    if (upload.question_set is None) == (not new):
        raise wrong_field(
            "question_set",
            "Name one: the question set that was answered, or a new_set, which is made of the"
            " log's own questions.",
        )
    if upload.question_set is not None:
        return question_set_of(request.auth.team, upload.question_set)
    return NewSet(new, upload.new_set_kind)


def _mapping(text: str) -> Any:
    """Whether it is a mapping is seen when the file is taken. Raises ApiError for no JSON."""
    try:
        return strict_json(text) if text.strip() else {}
    except (ValueError, RecursionError) as error:
        raise wrong_field(
            "mapping", f'This is no JSON ({error}): give an object such as {{"output": "text"}}.'
        ) from None
