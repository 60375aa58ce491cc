"""Parts of the question sets' pages that only runs can tell; the pages ask for them by htmx."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from webapp.accounts.middleware import TeamRequest
from webapp.keeping.baselines import baselines_of
from webapp.pages.question_sets import use
from webapp.questions.models import Question, QuestionSet
from webapp.things.models import there_by


@require_safe
def set_used(request: TeamRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(QuestionSet, pk=pk, team=request.team)
    context = {
        "question_set": found,
        "runs": use.runs_on(request.team, found),
        "profiles": use.profiles_on(request.team, found),
        "baseline": baselines_of([pk]).get(pk),
        "seen": use.skills_seen(request.team, found),
    }
    return render(request, "question_sets/_set_used.html", context)


@require_safe
def question_used(request: TeamRequest, pk: int, question_pk: int) -> HttpResponse:
    mine = {"question_set": pk, "question_set__team": request.team}
    found = get_object_or_404(Question, there_by("question_set"), pk=question_pk, **mine)
    context = {"answers": use.answers_to(request.team, found)}
    return render(request, "question_sets/_question_used.html", context)
