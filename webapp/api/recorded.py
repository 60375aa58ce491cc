"""Recorded responses: what LLMs once wrote becomes a pool of recorded experts."""

from ninja import File, Form, Router, Status, UploadedFile
from pydantic import BaseModel, Field

from webapp.api.auth import ApiRequest
from webapp.api.errors import RowProblem
from webapp.api.fields import IdText, Name, answers
from webapp.api.lookups import question_set_of
from webapp.api.question_sets import ON_ERROR, OnError
from webapp.recorded.taking import take_responses

router = Router(tags=["Recorded experts"])


class Upload(BaseModel):
    """What comes with the file."""

    question_set: IdText
    pool: Name = Field(description="The name of the pool that the models become.")
    on_error: OnError = ON_ERROR


class Recorded(BaseModel):
    """What a file of responses became."""

    pool: int
    experts: int
    responses: int
    warnings: list[str]
    errors: list[RowProblem] = Field(description="Rows that were left out (on_error=skip).")


@router.post(
    "/recorded-responses",
    response=answers(201, Recorded, 400, 404, 413),
    summary="Upload recorded responses",
)
def upload_recorded_responses(
    request: ApiRequest, file: File[UploadedFile], upload: Form[Upload]
) -> Status[Recorded]:
    """Import rows of `question_id`, `model` and `output` for a question set.

    The models become the recorded experts of the pool of that name, which is made if it is not
    there. Upload the responses to the validation set and to the test set under the same name.
    """
    taken = take_responses(
        request.auth.team,
        request.auth.user,
        file,
        file.name or "",
        question_set=question_set_of(request.auth.team, upload.question_set),
        pool=upload.pool,
        skip_bad_rows=upload.on_error == "skip",
    )
    return Status(
        201,
        Recorded(
            pool=taken.pool.pk,
            experts=taken.experts,
            responses=taken.responses,
            warnings=list(taken.warnings),
            errors=[RowProblem(row=error.row, message=error.message) for error in taken.errors],
        ),
    )
