"""Question sets: which there are, what is in one, one of its questions."""

from django.contrib import messages
from django.db import transaction
from django.db.models.functions import Left
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from moe_core.benchmarks import BENCHMARKS
from moe_core.scorers import title_of
from webapp.accounts.middleware import TeamRequest
from webapp.audit.actions import Action
from webapp.audit.recording import Change, record
from webapp.pages.question_sets.browsing import Wanted, contents, controls, neighbours
from webapp.pages.question_sets.forms import BenchmarkForm
from webapp.pages.shared.addresses import archived_param, key_param
from webapp.pages.shared.paging import SIZE, page_of
from webapp.pages.shared.text import lettered
from webapp.questions.benchmarks import misfits
from webapp.questions.models import Question, QuestionSet
from webapp.questions.reading.columns import described
from webapp.things.models import there_by

PREVIEW = 800  # characters of a question in the table
LEFT_OUT_SHOWN = 200  # rows of a file


@require_safe
def question_sets(request: TeamRequest) -> HttpResponse:
    archived = archived_param(request)
    found = QuestionSet.objects.filter(team=request.team, archived__isnull=not archived)
    page = page_of(request, found.select_related("created_by"), newest_first=True)
    context = {"page": page, "archived": archived}
    return render(request, "question_sets/list.html", context)


@require_safe
def question_set(request: TeamRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(QuestionSet, pk=pk, team=request.team)
    wanted = Wanted.of(request.GET)
    after, before = (key_param(request.GET, name) for name in ("after", "before"))
    questions = wanted.questions(found, after=after, before=before, many=SIZE + 1)
    previewed = questions.defer("text").annotate(preview=Left("text", PREVIEW + 1))
    inside = contents(found)
    left_out = request.session.get("left_out")
    context = {
        "question_set": found,
        "read_as": described(found.format, found.columns, found.unused) if found.format else "",
        "page": page_of(request, previewed, order=wanted.order),
        "scorer": title_of(found.scoring),
        "wanted": wanted,
        "preview": PREVIEW,
        "contents": inside,
        "controls": controls(inside, wanted),
        "benchmark": BENCHMARKS.get(found.benchmark),
        "benchmark_form": BenchmarkForm(initial={"benchmark": found.benchmark}),
        "left_out_shown": LEFT_OUT_SHOWN,
        "left_out": left_out if left_out and left_out["set"] == pk else None,
    }
    return render(request, "question_sets/detail.html", context)


@require_safe
def question(request: TeamRequest, pk: int, question_pk: int) -> HttpResponse:
    related = Question.objects.select_related("question_set")
    mine = {"question_set": pk, "question_set__team": request.team}
    found = get_object_or_404(related, there_by("question_set"), pk=question_pk, **mine)
    wanted = Wanted.of(request.GET)
    previous, following = neighbours(found, wanted)
    context = {
        "question": found,
        "options": lettered(found.options),
        "wanted": wanted,
        "previous": previous,
        "next": following,
    }
    return render(request, "question_sets/question.html", context)


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
    with transaction.atomic():
        changed = unused.update(benchmark=chosen)
        if changed and chosen != found.benchmark:
            told = Change(found.benchmark, chosen)
            record(Action.BENCHMARK_CHANGED, found, benchmark=told)
    if not changed:
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
