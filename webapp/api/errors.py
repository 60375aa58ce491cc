"""Errors of the API: always JSON with a message that a person can act on, never a traceback."""

import logging
from collections.abc import Sequence
from typing import Any, TypeVar

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db import IntegrityError, transaction
from django.db.models import Model
from django.forms import BaseForm, ModelForm
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from pydantic import BaseModel, Field

from moe_core.errors import ScorerError
from webapp.api.strict_json import Unfit
from webapp.execution.errors import NoSpaceToRun, RunRefused
from webapp.files import room
from webapp.files.errors import FileRefused, NoSpace
from webapp.keeping.kinds import KeepingRefused
from webapp.questions.golds import GoldRefused

logger = logging.getLogger(__name__)
Row = TypeVar("Row", bound=Model)

DOCS = "/api/v1/docs lists what there is."
# Pydantic's words for what people get wrong most; the other messages of it are plain enough.
SAID = {
    "missing": "Give a value: it is required.",
    "model_type": "Give a JSON object.",
    "extra_forbidden": "There is no such field: leave it out.",
}


class RowProblem(BaseModel):
    """What is wrong with one row of a file."""

    row: int | None = Field(description="Counted from 1; null: not one row's fault.")
    message: str


class FieldProblem(RowProblem):
    field: str = Field(default="", description="The parameter that is wrong, where one is.")


class Problem(BaseModel):
    """Every answer of status 400 and above."""

    message: str = Field(description="What is wrong, and what to do.")
    errors: list[FieldProblem]


class ApiError(Exception):
    """Ends a request with a status and a Problem."""

    def __init__(self, status: int, message: str, errors: Sequence[FieldProblem] = ()) -> None:
        super().__init__(message)
        self.status = status
        self.errors = errors


def wrong_field(field: str, message: str) -> ApiError:
    """One parameter has the right form but cannot be."""
    error = FieldProblem(row=None, field=field, message=message)
    return ApiError(422, f"{field}: {message}", [error])


def refused_form(form: BaseForm) -> ApiError:
    """What a page would show beside the fields of its form."""
    errors = [
        FieldProblem(row=None, field="" if field == "__all__" else field, message=str(message))
        for field, messages in form.errors.items()
        for message in messages
    ]
    return ApiError(422, _summary(errors), errors)


def saved(form: "ModelForm[Row]") -> Row:
    """What a page's form makes. Raises ApiError, also for a name taken since it was checked."""
    if not form.is_valid():
        raise refused_form(form)
    try:
        with transaction.atomic():
            return form.save()
    except IntegrityError:
        raise wrong_field("name", "That name has just been taken: take another.") from None


def problem(status: int, message: str, errors: Sequence[FieldProblem] = ()) -> JsonResponse:
    content = Problem(message=message, errors=list(errors))
    response = JsonResponse(content.model_dump(exclude_defaults=True), status=status)
    if status == 401:
        response["WWW-Authenticate"] = "Bearer"
    return response


def nothing_here(request: HttpRequest) -> HttpResponse:
    """Any address under /api/v1 that is none."""
    return problem(404, f"There is nothing at this address: {DOCS}")


def not_allowed(request: HttpRequest, methods: str) -> HttpResponse:
    allowed = ", ".join(sorted(method.strip() for method in methods.split(",")))
    response = problem(405, f"{request.method} is not possible here: use {allowed}.")
    response["Allow"] = allowed
    return response


def add_handlers(api: NinjaAPI) -> None:
    """Turn every exception of an operation into a Problem."""
    api.add_exception_handler(ApiError, _api_error)
    api.add_exception_handler(FileRefused, _file_refused)
    api.add_exception_handler(NoSpace, lambda _, error: problem(507, str(error)))
    api.add_exception_handler(NoSpaceToRun, lambda _, error: problem(507, str(error)))
    api.add_exception_handler(RunRefused, lambda _, error: problem(422, str(error)))
    api.add_exception_handler(GoldRefused, lambda _, error: problem(422, str(error)))
    api.add_exception_handler(KeepingRefused, lambda _, error: problem(422, str(error)))
    api.add_exception_handler(ScorerError, _wrong_scorer)
    api.add_exception_handler(Http404, lambda _, error: problem(404, "There is no such thing."))
    api.add_exception_handler(ValidationError, _wrong_parameters)
    api.add_exception_handler(AuthenticationError, _no_token)
    api.add_exception_handler(HttpError, _http_error)
    api.add_exception_handler(RequestDataTooBig, _too_big)
    for unreadable in (MultiPartParserError, SuspiciousOperation, UnreadablePostError):
        api.add_exception_handler(unreadable, _unreadable)
    api.add_exception_handler(Exception, _unexpected)


def _api_error(request: HttpRequest, error: Any) -> HttpResponse:
    return problem(error.status, str(error), error.errors)


def _wrong_scorer(request: HttpRequest, error: Any) -> HttpResponse:
    wrong = FieldProblem(row=None, field=error.field, message=str(error))
    return problem(422, str(error), [wrong])


def _file_refused(request: HttpRequest, error: Any) -> HttpResponse:
    """The rows that are the reason, or the part of the form that is."""
    errors = [FieldProblem(row=row.row, message=row.message) for row in error.errors]
    whole = FieldProblem(row=None, field=error.field, message=error.with_advice)
    return problem(422, error.with_advice, errors or [whole])


def _no_token(request: HttpRequest, error: Any) -> HttpResponse:
    return problem(
        401,
        "No valid token: send the header “Authorization: Bearer TOKEN” with a token that"
        " `manage.py create_token USER` made.",
    )


def _http_error(request: HttpRequest, error: Any) -> HttpResponse:
    """Django Ninja raises this for a body that its parser does not take, and for nothing else."""
    why = error.__cause__
    if isinstance(why, Unfit):
        return problem(422, f"The body cannot be stored: {why}. Leave that out.")
    return problem(400, f"The body cannot be read as JSON ({why}): send one object.")


def _too_big(request: HttpRequest, error: Any) -> HttpResponse:
    return problem(413, "The request is too large: only a file may have more than 1 MB.")


def _unreadable(request: HttpRequest, error: Any) -> HttpResponse:
    return problem(400, f"The form cannot be read ({error}): send it as multipart/form-data.")


def _unexpected(request: HttpRequest, error: Any) -> HttpResponse:
    if room.is_of_full_disk(error):
        return problem(507, room.WORDS)
    logger.error("%s %s failed", request.method, request.path, exc_info=error)
    return problem(
        500, "Something failed on our side: try again, or ask whoever runs this installation."
    )


def _wrong_parameters(request: HttpRequest, error: Any) -> HttpResponse:
    errors = [_field_problem(told) for told in error.errors]
    return problem(422, _summary(errors), errors)


def _field_problem(told: dict[str, Any]) -> FieldProblem:
    """From Pydantic's error; its place begins with where the value came from."""
    source, *place = told["loc"]
    names = place[1:] if source == "body" else place  # after the name of the whole body
    field = ".".join(_printable(name) for name in names) or "body"
    message = SAID.get(told["type"], f"{told['msg']}.")
    return FieldProblem(row=None, field=field, message=message)


def _printable(name: object) -> str:
    """Names of fields that do not exist come from the request."""
    return str(name).encode(errors="backslashreplace").decode()[:100]


def _summary(errors: Sequence[FieldProblem]) -> str:
    first = errors[0]
    more = f" ({len(errors) - 1} more in errors)" if len(errors) > 1 else ""
    return f"{first.field}: {first.message}{more}" if first.field else f"{first.message}{more}"
