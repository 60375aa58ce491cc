"""Who does how well on a question set."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from webapp.accounts.middleware import TeamRequest
from webapp.findings.sets.answered import ENOUGH, MOST_RUNS
from webapp.findings.sets.leaderboards import ask, shown
from webapp.pages.shared.findings import when_found
from webapp.questions.models import QuestionSet


@require_safe
def leaderboard(request: TeamRequest, pk: int) -> HttpResponse:
    return render(request, "question_sets/leaderboard.html", _found(request, pk))


@require_safe
def found(request: TeamRequest, pk: int) -> HttpResponse:
    """The part of the page that is asked for again until it is found."""
    context = _found(request, pk)
    return when_found(request, "question_sets/_leaderboard.html", context, context["board"])


def _found(request: TeamRequest, pk: int) -> dict[str, Any]:
    question_set = get_object_or_404(QuestionSet, pk=pk, team=request.team)
    board = ask(question_set)
    return {
        "question_set": question_set,
        "board": board,
        "ranked": shown(board),
        "most": MOST_RUNS,
        "enough": round(100 * ENOUGH),
    }
