"""Home, and the list of runs."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from webapp.accounts.middleware import TeamRequest
from webapp.experts.models import Expert, Pool
from webapp.paging import page_of
from webapp.questions.models import QuestionSet
from webapp.runs import eta, history, overview
from webapp.runs import gpu as gpus
from webapp.runs.history import RunFilters
from webapp.runs.models import Run

RECENT = 10  # runs on the home page


@require_safe
def home(request: TeamRequest) -> HttpResponse:
    runs = _runs(request)
    context: dict[str, Any] = {
        **_now(request),
        "recent": runs.exclude(status=Run.Status.RUNNING)[:RECENT],
        "has_experts": Expert.objects.of(request.team).exists(),
        "has_pool": Pool.objects.filter(team=request.team).exists(),
        "has_set": QuestionSet.objects.filter(team=request.team).exists(),
        "has_answers": runs.filter(kind=Run.Kind.ANSWER).exists(),
        "to_review": overview.to_review(request.team),
        "disputes": overview.disputes(request.team)[: overview.DISPUTES],
    }
    return render(request, "runs/home.html", context)


@require_safe
def gpu(request: TeamRequest) -> HttpResponse:
    """What the home page asks for again every few seconds: the GPU, and the runs that it serves."""
    return render(request, "runs/_now.html", _now(request))


@require_safe
def run_list(request: TeamRequest) -> HttpResponse:
    chosen = RunFilters.of(request.GET)
    page = page_of(request, chosen.runs(request.team), newest_first=True)
    context = {"page": page, "chosen": chosen, "past": history.past(page.rows)}
    return render(request, "runs/list.html", {**context, **history.choices(request.team)})


def _now(request: TeamRequest) -> dict[str, Any]:
    now = gpus.gpu_now()
    return {
        "gpu": now,
        "queued": gpus.queued(now),
        "seconds_left": eta.all_seconds_left(),
        "underway": overview.underway(request.team),
    }


def _runs(request: TeamRequest) -> Any:
    related = ("pool", "question_set", "expert", "created_by")
    return Run.objects.filter(team=request.team).select_related(*related)
