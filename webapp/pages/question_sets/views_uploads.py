"""From a file to a question set: upload it, look at how it is read, store it or not."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from moe_core.benchmarks import BENCHMARKS
from webapp.accounts.middleware import TeamRequest
from webapp.exports.streaming import download
from webapp.files.child import COLUMNS_SHOWN
from webapp.files.errors import FileRefused
from webapp.files.formats import FORMAT_NAMES
from webapp.pages.question_sets.forms import (
    AskedForm,
    ColumnsForm,
    SavedMappingForm,
    StoreForm,
    UploadForm,
)
from webapp.pages.question_sets.views import LEFT_OUT_SHOWN
from webapp.pages.shared.text import lettered
from webapp.plural import counted
from webapp.questions import uploads
from webapp.questions.benchmarks import GUESS, guessed
from webapp.questions.models import SavedMapping, Upload
from webapp.questions.reading.columns import described
from webapp.questions.reports import ERRORS
from webapp.questions.taking import TakenQuestions


@require_http_methods(["GET", "HEAD", "POST"])
def new_question_set(request: TeamRequest) -> HttpResponse:
    form = UploadForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    if form.is_valid():
        try:
            return redirect(uploads.keep(request.team, request.user, form.cleaned_data["file"]))
        except FileRefused as error:
            form.add_error("file", str(error))
    waiting = Upload.objects.filter(team=request.team, person=request.user).order_by("-pk")
    context = {
        "form": form,
        "formats": FORMAT_NAMES,
        "limit": settings.UPLOAD_LIMIT_BYTES,
        "waiting": waiting.defer("report", "mapping")[: settings.UPLOADS_WAITING],
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "question_sets/new.html", context, status=status)


@require_safe
def upload_page(request: TeamRequest, pk: int) -> HttpResponse:
    return _page(request, _upload(request, pk))


@require_POST
def read_again(request: TeamRequest, pk: int) -> HttpResponse:
    upload = _upload(request, pk)
    form = ColumnsForm(request.POST, upload=upload)
    if form.is_valid() and _is_read(upload, form.mapping(), form):
        return redirect(upload)
    return _page(request, upload, columns=form, status=422)


@require_POST
def answer(request: TeamRequest, pk: int) -> HttpResponse:
    """What the file asked for is said; all else stays as it was."""
    upload = _upload(request, pk)
    form = AskedForm(request.POST, asks=upload.report.get("asks", {}))
    if form.is_valid() and _is_read(upload, upload.mapping | form.cleaned_data, form):
        return redirect(upload)
    return _page(request, upload, asked=form, status=422)


@require_POST
def use_saved(request: TeamRequest, pk: int) -> HttpResponse:
    """Read the file by a mapping that the team has kept."""
    upload = _upload(request, pk)
    form = SavedMappingForm(request.POST, team=request.team)
    if form.is_valid() and _is_read(upload, form.cleaned_data["saved"].mapping, form):
        return redirect(upload)
    return _page(request, upload, saved=form, status=422)


@require_POST
def store(request: TeamRequest, pk: int) -> HttpResponse:
    upload = _upload(request, pk)
    form = StoreForm(request.POST, report=upload.report, guess=_guess(upload))
    if form.is_valid():
        try:
            taken = uploads.store(upload, request.user, **form.cleaned_data)
        except FileRefused as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            _tell(request, taken)
            return redirect(taken.question_set)
    return _page(request, upload, store_form=form, status=422)


@require_POST
def discard(request: TeamRequest, pk: int) -> HttpResponse:
    upload = _upload(request, pk)
    uploads.discard(upload)
    messages.success(request, f"{upload} was discarded; nothing of it is stored.")
    return redirect("question-set-new")


@require_safe
def problems(request: TeamRequest, pk: int) -> StreamingHttpResponse:
    upload = _upload(request, pk)
    return download(uploads.problems(upload), "text/csv; charset=utf-8", "problems.csv")


def _upload(request: TeamRequest, pk: int) -> Upload:
    return get_object_or_404(Upload, pk=pk, team=request.team)


def _is_read(upload: Upload, mapping: dict[str, Any], form: Form) -> bool:
    """Whether the file was read again; else the form has the reason."""
    try:
        uploads.read_again(upload, mapping)
    except FileRefused as error:
        form.add_error(None, str(error))
        return False
    return True


def _guess(upload: Upload) -> str:
    return guessed(upload.report["columns"], upload.filename)


def _page(
    request: TeamRequest,
    upload: Upload,
    *,
    columns: ColumnsForm | None = None,
    asked: AskedForm | None = None,
    saved: SavedMappingForm | None = None,
    store_form: StoreForm | None = None,
    status: int = 200,
) -> HttpResponse:
    report = upload.report
    guess = _guess(upload)
    first = {"name": uploads.free_name(upload), "benchmark": GUESS}
    options = [lettered(row["options"]) for row in report["rows"]]
    context: dict[str, Any] = {
        "upload": upload,
        "report": report,
        "total": report["size"] + report["bad_rows"],
        "read_as": described(report["format"], report["columns"], report["unused"]),
        "benchmark": BENCHMARKS.get(guess),
        "names_shown": report["names"][:COLUMNS_SHOWN],
        "rows": list(zip(report["rows"], options, strict=True)),
        "shown": ERRORS,
        "twin": uploads.twin(upload),
        "columns": columns or ColumnsForm(upload=upload),
        "asked": asked or AskedForm(asks=report.get("asks", {})),
        "saved": saved or SavedMappingForm(team=request.team),
        "has_saved": SavedMapping.objects.filter(team=request.team).exists(),
        "store_form": store_form or StoreForm(report=report, guess=guess, initial=first),
    }
    return render(request, "question_sets/upload.html", context, status=status)


def _tell(request: TeamRequest, taken: TakenQuestions) -> None:
    made = taken.question_set
    messages.success(
        request, f"{made} was stored ({counted(made.size, 'question')}), read as {taken.reading}."
    )
    for warning in taken.warnings:
        messages.warning(request, warning)
    if taken.errors:  # shown on the set's page while this person is signed in
        request.session["left_out"] = {
            "set": made.pk,
            "total": taken.bad_rows,
            "errors": [[error.row, error.message] for error in taken.errors[:LEFT_OUT_SHOWN]],
        }
