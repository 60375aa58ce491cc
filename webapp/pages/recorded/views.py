"""Recorded responses: looked at, imported as experts that play them back, and a run's own as such
a file."""

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.template.defaultfilters import pluralize
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from webapp.accounts.middleware import TeamRequest
from webapp.audit.actions import Action
from webapp.audit.recording import record
from webapp.exports.responses import lines
from webapp.exports.streaming import download
from webapp.files.child import COLUMNS_SHOWN
from webapp.files.errors import FileRefused
from webapp.pages.recorded.forms import AnsweredForm, LogForm, ReadForm, mapping_in
from webapp.pages.shared.lookups import run_or_404
from webapp.questions.models import QuestionSet, Upload
from webapp.questions.uploads import free_name
from webapp.recorded.kept import KeptLog, keep, kept
from webapp.recorded.mapping import ROLES
from webapp.recorded.own_questions import NewSet
from webapp.recorded.preview import Preview, preview_responses
from webapp.recorded.shapes import SHAPES
from webapp.recorded.taking import TakenResponses, take_responses

MODELS_SHOWN = 20
PATHS_SHOWN = 5
ERRORS_SHOWN = 50  # rows
SKIP = "skip_bad_rows"


@require_http_methods(["GET", "HEAD", "POST"])
def new_responses(request: TeamRequest) -> HttpResponse:
    first = {name: request.GET[name] for name in ("pool", "question_set") if name in request.GET}
    posted = (request.POST, request.FILES) if request.method == "POST" else ()
    form = LogForm(*posted, team=request.team, initial=first)
    if form.is_valid():
        try:
            log = keep(request.team, request.user, form.cleaned_data["file"])
        except FileRefused as refused:
            form.add_error("file", str(refused))
        else:
            said = {"file": log.token}
            said |= {name: request.POST.get(name, "") for name in AnsweredForm.base_fields}
            return redirect(f"{reverse('recorded-look')}?{urlencode(said)}")
    context = {
        "form": form,
        "known": [shape.name for shape in SHAPES],
        "limit": settings.UPLOAD_LIMIT_BYTES,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "recorded/new.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def look(request: TeamRequest) -> HttpResponse:
    """What would be stored; sent as a form, it is. The address says all that it depends on."""
    log = kept(request.team, request.GET.get("file", ""))
    if log is None:
        messages.warning(request, "That file is no longer kept: choose it again.")
        return redirect("recorded-new")
    try:
        mapping = mapping_in(request.GET)
    except ValueError:
        raise Http404 from None
    answered = AnsweredForm(request.GET, team=request.team)
    if not answered.is_valid():
        raise Http404
    given = {
        "question_set": answered.answered(
            free_name(Upload(team=request.team, filename=log.filename))
        ),
        "pool": answered.cleaned_data["pool"],
        "mapping": mapping,
    }
    problem = ""
    if request.method == "POST":
        try:
            return _stored(request, log, given)
        except FileRefused as refused:
            problem = str(refused)
    return _looked(request, log, given, problem)


def _looked(
    request: TeamRequest, log: KeptLog, given: dict[str, Any], problem: str
) -> HttpResponse:
    try:
        found = preview_responses(request.team, log.path, log.filename, **given)
    except FileRefused as refused:
        found = Preview(problem=str(refused), names=())
    context: dict[str, Any] = {
        "log": log,
        "found": found,
        "taken": found.taken,
        "problem": problem or found.problem,
        "answered": given["question_set"],
        "pool": given["pool"],
        "models": found.taken.models[:MODELS_SHOWN] if found.taken else (),
        "read_as": _read_as(found, given["question_set"]),
        "errors": [(error.row, error.message) for error in found.errors],
        "names_shown": found.names[:COLUMNS_SHOWN],
        "shown": ERRORS_SHOWN,
        "form": ReadForm(request.GET, names=found.names, columns=found.columns, team=request.team),
    }
    return render(request, "recorded/look.html", context, status=422 if problem else 200)


def _read_as(found: Preview, answered: QuestionSet | NewSet) -> list[tuple[str, str]]:
    """Parts of a response, and of the question where a set is made; where they are looked for."""
    makes_a_set = isinstance(answered, NewSet)
    return [
        (role, ", else ".join(paths[:PATHS_SHOWN]))
        for role, paths in found.columns.items()
        if role in ROLES or makes_a_set
    ]


def _stored(request: TeamRequest, log: KeptLog, given: dict[str, Any]) -> HttpResponse:
    """Raises FileRefused."""
    taken = take_responses(
        request.team,
        request.user,
        log.path,
        log.filename,
        skip_bad_rows=SKIP in request.POST,
        **given,
    )
    log.forget()
    _tell(request, taken)
    return redirect(taken.pool)


def _tell(request: TeamRequest, taken: TakenResponses) -> None:
    messages.success(
        request,
        f"{taken.responses:,} response{pluralize(taken.responses)} of {taken.experts}"
        f" expert{pluralize(taken.experts)} to {taken.question_set} were stored.",
    )
    for warning in [*taken.warnings, *(str(error) for error in taken.errors[:10])]:
        messages.warning(request, warning)


@require_safe
def export(request: TeamRequest, pk: int) -> StreamingHttpResponse:
    run = run_or_404(request, pk)
    with transaction.atomic():
        record(Action.RUN_EXPORTED, run)
    return download(lines(run, request.user), "application/jsonl", f"run-{run.pk}-responses.jsonl")
