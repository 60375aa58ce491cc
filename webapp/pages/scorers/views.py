"""Choosing how responses are read and compared, with the effect on ten of them before."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from moe_core.scorers import SCORERS, title_of
from moe_core.values import Scoring
from webapp.accounts.middleware import TeamRequest
from webapp.execution.grading import effects, regrade_requests
from webapp.execution.grading.effects import Effect
from webapp.pages.scorers.forms import ScorerForm
from webapp.pages.shared.lookups import run_or_404
from webapp.questions.models import QuestionSet
from webapp.questions.scorers import set_scorer
from webapp.runs.models import Run


@require_http_methods(["GET", "HEAD", "POST"])
def of_set(request: TeamRequest, pk: int) -> HttpResponse:
    """For all runs on a set that begin from now on."""
    found = get_object_or_404(QuestionSet, pk=pk, team=request.team)
    form = _form(request, found.scoring)
    if request.method == "POST" and form.is_valid():
        set_scorer(found, form.scoring)
        messages.success(
            request,
            f"New runs on {found} are graded by: {title_of(form.scoring)}. Runs of before stay as"
            " they are until they are graded again.",
        )
        return redirect(found)

    def effect(scoring: Scoring) -> Effect:
        return effects.of_set(request.team, found, scoring)

    context = {"of": found, "back": "Question sets", "now": title_of(found.scoring)}
    return _page(request, form, effect, context | {"question_set": found})


@require_http_methods(["GET", "HEAD", "POST"])
def of_run(request: TeamRequest, pk: int) -> HttpResponse:
    """For one run, which is then graded again."""
    run = run_or_404(request, pk)
    if run.kind not in (Run.Kind.ANSWER, Run.Kind.PROFILE):  # a ranking is graded as its profile is
        raise Http404
    form = _form(request, run.scoring)
    if request.method == "POST" and form.is_valid():
        try:
            regrade_requests.ask(run, form.scoring)
        except regrade_requests.RegradeRefused as refused:
            messages.error(request, str(refused))
            return redirect(run)
        messages.info(request, "It is being graded again: the events will say what changed.")
        return redirect(run)

    def effect(scoring: Scoring) -> Effect:
        return effects.of_run(run, scoring)

    context = {"of": run, "back": "Runs", "now": title_of(run.scoring), "run": run}
    return _page(request, form, effect, context)


def _form(request: HttpRequest, now: Scoring) -> ScorerForm:
    """What was sent, or asked for in the address, or else what holds now."""
    if request.method == "POST":
        return ScorerForm(request.POST)
    if "scorer" in request.GET:
        return ScorerForm(request.GET)
    return ScorerForm(initial={"scorer": now.scorer, "pattern": now.pattern})


def _page(
    request: HttpRequest,
    form: ScorerForm,
    effect_of: Callable[[Scoring], Effect],
    context: dict[str, Any],
) -> HttpResponse:
    is_shown = form.is_bound and form.is_valid()
    context |= {
        "form": form,
        "scorers": SCORERS.values(),
        "effect": effect_of(form.scoring) if is_shown else None,
        "chosen": title_of(form.scoring) if is_shown else "",
    }
    status = 422 if form.is_bound and not form.is_valid() else 200
    return render(request, "scorers/choose.html", context, status=status)
