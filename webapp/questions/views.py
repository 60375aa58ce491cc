"""Question sets: upload a file, see what is in it."""

from pathlib import PurePath
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from webapp.accounts.middleware import TeamRequest
from webapp.paging import page_of
from webapp.questions.forms import UploadForm
from webapp.questions.loading import FileRefused, Loaded, load_questions, store
from webapp.questions.models import QuestionSet

ERRORS_SHOWN = 200  # rows


@require_safe
def question_sets(request: TeamRequest) -> HttpResponse:
    found = QuestionSet.objects.filter(team=request.team).select_related("created_by")
    context = {"page": page_of(request, found, newest_first=True)}
    return render(request, "question_sets/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new_question_set(request: TeamRequest) -> HttpResponse:
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    loaded: Loaded | None = None
    if form.is_valid():
        try:
            loaded, stored = _take(request, form.cleaned_data)
        except FileRefused as error:
            form.add_error("file", str(error))
        else:
            if stored is not None:
                return redirect(stored)
    context: dict[str, Any] = {"form": form, "loaded": loaded, "shown": ERRORS_SHOWN}
    if loaded is not None:
        context["errors"] = [(e.row, e.message) for e in loaded.errors[:ERRORS_SHOWN]]
        context["count"] = len(loaded.errors) + len(loaded.questions)
    status = 200 if request.method != "POST" else 422
    return render(request, "question_sets/new.html", context, status=status)


def _take(request: TeamRequest, given: dict[str, Any]) -> tuple[Loaded, QuestionSet | None]:
    """The file as it was read, and the set if it was stored. Raises FileRefused."""
    file: UploadedFile[Any] = given["file"]
    filename = file.name or "questions"
    content = file.read(settings.UPLOAD_LIMIT_BYTES + 1)  # one too many is refused
    loaded = load_questions(content, filename)
    if loaded.errors and not given["keep_good"]:
        return loaded, None
    name = given["name"] or PurePath(filename).stem[:100]
    made = store(request.team, request.user, name, given["kind"], filename, content, loaded)
    messages.success(
        request, f"{made} was stored ({made.size} questions), read as {loaded.reading()}."
    )
    if loaded.errors:  # shown on the set's page while this person is signed in
        request.session["left_out"] = {
            "set": made.pk,
            "total": len(loaded.errors),
            "errors": [[error.row, error.message] for error in loaded.errors[:ERRORS_SHOWN]],
        }
    return loaded, made


@require_safe
def question_set(request: TeamRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(QuestionSet, pk=pk, team=request.team)
    left_out = request.session.get("left_out")
    context = {
        "question_set": found,
        "page": page_of(request, found.questions.all()),
        "with_gold": found.questions.exclude(gold="").count(),
        "left_out": left_out if left_out and left_out["set"] == pk else None,
    }
    return render(request, "question_sets/detail.html", context)
