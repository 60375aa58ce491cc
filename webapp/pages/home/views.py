"""Home: what goes on, what wants review, what was last."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from webapp.accounts.middleware import TeamRequest
from webapp.experts.models import Expert, Pool
from webapp.pages.home import overview
from webapp.progress import eta
from webapp.progress.gpu import gpu_now, queued
from webapp.questions.models import QuestionSet
from webapp.queue.pulses import stuck
from webapp.runs.lookups import runs_of
from webapp.runs.models import Run

RECENT = 10  # runs shown


@require_safe
def home(request: TeamRequest) -> HttpResponse:
    runs = runs_of(request.team)
    context: dict[str, Any] = {
        **_now(request),
        "recent": runs.filter(archived=None).exclude(status=Run.Status.RUNNING)[:RECENT],
        "has_experts": Expert.objects.of(request.team).exists(),
        "has_pool": Pool.objects.filter(team=request.team).exists(),
        "has_set": QuestionSet.objects.filter(team=request.team).exists(),
        "has_answers": runs.filter(kind=Run.Kind.ANSWER).exists(),
        "to_review": overview.to_review(request.team),
        "disputes": overview.disputes(request.team, request.user)[: overview.DISPUTES],
    }
    return render(request, "home/home.html", context)


@require_safe
def gpu(request: TeamRequest) -> HttpResponse:
    """What the page asks for again every few seconds: the GPU, and the runs that it serves."""
    return render(request, "home/_now.html", _now(request))


def _now(request: TeamRequest) -> dict[str, Any]:
    now = gpu_now()
    return {
        "gpu": now,
        "stuck": stuck(),
        "queued": queued(now),
        "seconds_left": eta.all_seconds_left(),
        "underway": overview.underway(request.team),
    }
