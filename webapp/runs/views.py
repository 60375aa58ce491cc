"""Home, and the list of runs."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from moe_core.methods import METHODS
from webapp.accounts.middleware import TeamRequest
from webapp.experts.models import Expert, Pool
from webapp.paging import page_of
from webapp.questions.models import QuestionSet
from webapp.runs import gpu as gpus
from webapp.runs.models import Run

RECENT = 10  # runs on the home page


@require_safe
def home(request: TeamRequest) -> HttpResponse:
    runs = _runs(request)
    running = list(runs.filter(status=Run.Status.RUNNING))
    context: dict[str, Any] = {
        **_gpu(),
        "running": running,
        "recent": runs.exclude(status=Run.Status.RUNNING)[:RECENT],
        "has_experts": Expert.objects.of(request.team).exists(),
        "has_pool": Pool.objects.filter(team=request.team).exists(),
        "has_set": QuestionSet.objects.filter(team=request.team).exists(),
        "has_answers": runs.filter(kind=Run.Kind.ANSWER).exists(),
    }
    return render(request, "runs/home.html", context)


@require_safe
def gpu(request: TeamRequest) -> HttpResponse:
    """The part of the home page that is asked for again every few seconds."""
    return render(request, "runs/_gpu_now.html", _gpu())


@require_safe
def run_list(request: TeamRequest) -> HttpResponse:
    found = _runs(request)
    chosen = {name: request.GET.get(name, "") for name in ("kind", "status", "method", "set")}
    if chosen["kind"] in set(Run.Kind):
        found = found.filter(kind=chosen["kind"])
    if chosen["status"] in set(Run.Status):
        found = found.filter(status=chosen["status"])
    if chosen["method"] in METHODS:
        found = found.filter(method=chosen["method"])
    if chosen["set"].isascii() and chosen["set"].isdigit():
        found = found.filter(question_set=chosen["set"])
    context = {
        "page": page_of(request, found, newest_first=True),
        "chosen": chosen,
        "kinds": Run.Kind.choices,
        "statuses": Run.Status.choices,
        "methods": METHODS.values(),
        "sets": QuestionSet.objects.filter(team=request.team).order_by("name"),
    }
    return render(request, "runs/list.html", context)


def _gpu() -> dict[str, Any]:
    now = gpus.gpu_now()
    return {"gpu": now, "queued": gpus.queued(now)}


def _runs(request: TeamRequest) -> Any:
    related = ("pool", "question_set", "expert", "created_by")
    return Run.objects.filter(team=request.team).select_related(*related)
