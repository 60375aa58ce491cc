"""Gold answers that experts agree against, the most probable mistakes first."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from webapp.accounts.middleware import TeamRequest
from webapp.findings.sets.suspected import Doubt, shown
from webapp.findings.sets.suspects import ask
from webapp.pages.golds import ranking
from webapp.pages.shared.addresses import text_param
from webapp.questions.golds import find_right
from webapp.questions.models import GoldCheck, Question, QuestionSet
from webapp.runs.models import Run

SHOWN = 100  # of what is left to look at


@require_safe
def suspects(request: TeamRequest, pk: int) -> HttpResponse:
    question_set = get_object_or_404(QuestionSet, pk=pk, team=request.team)
    checked = GoldCheck.objects.filter(question__question_set=question_set)
    context = {
        "question_set": question_set,
        "checked": checked.select_related("question", "person").order_by("-created")[:SHOWN],
        **_found(request, question_set),
    }
    return render(request, "golds/suspects.html", context)


@require_safe
def found(request: TeamRequest, pk: int) -> HttpResponse:
    """The part of the page that is asked for again until it is found."""
    question_set = get_object_or_404(QuestionSet, pk=pk, team=request.team)
    context = _found(request, question_set)
    if not context["search"].ready:
        return HttpResponse(status=204)  # the page keeps what it shows
    return render(request, "golds/_suspects.html", context)


@require_POST
def gold_stands(request: TeamRequest, pk: int, question_pk: int) -> HttpResponse:
    """Somebody has looked: it is right, and no suspect any more; or, with `again`, it is one."""
    mine = {"question_set": pk, "question_set__team": request.team, "question_set__deletion": None}
    question = get_object_or_404(Question, pk=question_pk, **mine)
    is_right = "again" not in request.POST
    find_right(question, request.user, right=is_right)
    messages.success(
        request,
        f"The gold answer of question {question.row} stands: it is no suspect any more."
        if is_right
        else f"Question {question.row} may be a suspect again.",
    )
    return redirect("question-set-suspects", pk=pk)


def _found(request: TeamRequest, question_set: QuestionSet) -> dict[str, Any]:
    search = ask(question_set)
    asked, sort = text_param(request.GET, "doubt"), text_param(request.GET, "sort")
    doubt = asked if asked in set(Doubt) else Doubt.SUSPECTED.value
    left = shown(search, doubt)
    return {
        "question_set": question_set,
        "search": search,
        "doubt": doubt,
        "tabs": Doubt.choices,
        "failed": doubt == Doubt.FAILED.value,
        "heads": ranking.heads(doubt, sort),
        "suspects": ranking.ranked(left, sort)[:SHOWN],
        "more": max(0, len(left) - SHOWN),
        "newest": _newest(question_set),
        "here": request.GET.urlencode(),
    }


def _newest(question_set: QuestionSet) -> Run | None:
    """The run whose answers are reviewed: one by one, or in a queue."""
    ended = Run.objects.filter(
        team=question_set.team_id, question_set=question_set, kind=Run.Kind.ANSWER
    ).exclude(status=Run.Status.RUNNING)
    return ended.order_by("-pk").first()
