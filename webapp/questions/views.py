"""Question sets: upload a file, see what is in it."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from moe_core.benchmarks import BENCHMARKS
from webapp.accounts.middleware import TeamRequest
from webapp.files.errors import FileRefused, RowError
from webapp.paging import page_of
from webapp.questions.benchmarks import misfits
from webapp.questions.columns import described
from webapp.questions.forms import BenchmarkForm, UploadForm
from webapp.questions.models import QuestionSet
from webapp.questions.taking import TakenQuestions, take_questions

ERRORS_SHOWN = 200  # rows


@require_safe
def question_sets(request: TeamRequest) -> HttpResponse:
    found = QuestionSet.objects.filter(team=request.team).select_related("created_by")
    context = {"page": page_of(request, found, newest_first=True)}
    return render(request, "question_sets/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new_question_set(request: TeamRequest) -> HttpResponse:
    if request.method != "POST":
        return render(request, "question_sets/new.html", {"form": UploadForm()})
    form = UploadForm(request.POST, request.FILES)
    context: dict[str, Any] = {"form": form}
    if form.is_valid():
        try:
            taken = _take(request, form.cleaned_data)
        except FileRefused as error:
            if error.errors:
                context["bad_rows"] = {
                    "message": str(error),
                    "total": error.bad_rows,
                    "errors": _shown(error.errors),
                }
            else:
                form.add_error(error.field, str(error))
        else:
            _tell(request, taken)
            return redirect(taken.question_set)
    return render(request, "question_sets/new.html", context, status=422)


def _take(request: TeamRequest, given: dict[str, Any]) -> TakenQuestions:
    """Store the file. Raises FileRefused."""
    file: UploadedFile[Any] = given["file"]
    return take_questions(
        request.team,
        request.user,
        file,
        file.name or "questions",
        name=given["name"],
        kind=given["kind"],
        mapping=given["mapping"],
        benchmark=given["benchmark"],
        skip_bad_rows=given["skip_bad_rows"],
    )


def _tell(request: TeamRequest, taken: TakenQuestions) -> None:
    made = taken.question_set
    messages.success(
        request, f"{made} was stored ({made.size:,} questions), read as {taken.reading}."
    )
    for warning in taken.warnings:
        messages.warning(request, warning)
    if taken.errors:  # shown on the set's page while this person is signed in
        request.session["left_out"] = {
            "set": made.pk,
            "total": taken.bad_rows,
            "errors": _shown(taken.errors),
        }


def _shown(errors: Sequence[RowError]) -> list[list[Any]]:
    return [[error.row, error.message] for error in errors[:ERRORS_SHOWN]]


@require_safe
def question_set(request: TeamRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(QuestionSet, pk=pk, team=request.team)
    left_out = request.session.get("left_out")
    context = {
        "question_set": found,
        "read_as": described(found.format, found.columns, ()) if found.format else "",
        "page": page_of(request, found.questions.all()),
        "with_gold": found.questions.exclude(gold="").count(),
        "benchmark": BENCHMARKS.get(found.benchmark),
        "benchmark_form": BenchmarkForm(initial={"benchmark": found.benchmark}),
        "left_out": left_out if left_out and left_out["set"] == pk else None,
    }
    return render(request, "question_sets/detail.html", context)


@require_POST
def change_benchmark(request: TeamRequest, pk: int) -> HttpResponse:
    """Until a run rests on it: all runs of a set are asked in the same words."""
    found = get_object_or_404(QuestionSet, pk=pk, team=request.team)
    form = BenchmarkForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Choose one of the benchmarks, or none.")
        return redirect(found)
    chosen: str = form.cleaned_data["benchmark"]
    unused = QuestionSet.objects.filter(pk=pk, runs=None)
    if not unused.update(benchmark=chosen):
        messages.error(request, "Runs rest on its wording: upload the file again by a new name.")
        return redirect(found)
    found.benchmark = chosen
    messages.success(
        request,
        f"The benchmark of {found} is {BENCHMARKS[chosen].title}."
        if chosen
        else f"{found} is of no benchmark.",
    )
    for warning in misfits(found):
        messages.warning(request, warning)
    return redirect(found)
