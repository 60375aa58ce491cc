"""Recorded responses: imported as experts that play them back, and a run's own as such a file."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from webapp.accounts.middleware import TeamRequest
from webapp.files.errors import FileRefused
from webapp.pages.recorded.forms import ResponsesForm
from webapp.pages.shared.lookups import run_or_404
from webapp.pages.shared.streaming import download
from webapp.questions.models import QuestionSet
from webapp.recorded.export import lines
from webapp.recorded.taking import TakenResponses, take_responses

ERRORS_SHOWN = 200  # rows


@require_http_methods(["GET", "HEAD", "POST"])
def new_responses(request: TeamRequest) -> HttpResponse:
    first = {name: request.GET[name] for name in ("pool", "question_set") if name in request.GET}
    posted = (request.POST, request.FILES) if request.method == "POST" else ()
    form = ResponsesForm(*posted, team=request.team, initial=first)
    context: dict[str, Any] = {
        "form": form,
        "has_set": QuestionSet.objects.filter(team=request.team).exists(),
        "shown": ERRORS_SHOWN,
    }
    if form.is_valid():
        try:
            taken = _take(request, form.cleaned_data)
        except FileRefused as refused:
            if refused.errors:
                context["message"] = str(refused)
                context["errors"] = [(e.row, e.message) for e in refused.errors[:ERRORS_SHOWN]]
                context["total"] = refused.bad_rows
            else:
                form.add_error(refused.field, str(refused))
        else:
            return redirect(taken.pool)
    status = 422 if request.method == "POST" else 200
    return render(request, "recorded/new.html", context, status=status)


def _take(request: TeamRequest, given: dict[str, Any]) -> TakenResponses:
    taken = take_responses(
        request.team,
        request.user,
        given["file"],
        given["file"].name,
        question_set=given["question_set"],
        pool=given["pool"],
        skip_bad_rows=given["skip_bad_rows"],
    )
    messages.success(
        request,
        f"{taken.responses:,} responses of {taken.experts} experts to {given['question_set']}"
        " were stored.",
    )
    for warning in [*taken.warnings, *(str(error) for error in taken.errors[:10])]:
        messages.warning(request, warning)
    return taken


@require_safe
def export(request: TeamRequest, pk: int) -> StreamingHttpResponse:
    run = run_or_404(request, pk)
    return download(lines(run), "application/jsonl", f"run-{run.pk}-responses.jsonl")
