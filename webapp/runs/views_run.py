"""One run, live: the page, and the same parts of it again whenever the run has moved."""

from typing import Any

from django.contrib import messages
from django.core.cache import cache
from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from moe_core.intervals import wilson
from webapp.accounts.middleware import TeamRequest
from webapp.runs import eta, figures, reading, retrying, timeline
from webapp.runs.gpu import gpu_now
from webapp.runs.models import Run
from webapp.runs.standing import standing
from webapp.runs.submit import cancel

TIMELINE_SECONDS = 2  # for which that of a running run is not drawn again without an event


@require_safe
def run_page(request: TeamRequest, pk: int) -> HttpResponse:
    run = reading.run_of(request.team, pk)
    context = _live(run)
    context["over"] = not context["running"] and "regrading" not in request.GET
    if run.kind == Run.Kind.TRY:
        experts = [run.expert] if run.expert else []
    else:
        experts = reading.run_experts(run)
    context["cautions"] = reading.cautions(experts)
    return render(request, "runs/run.html", context)


@require_safe
def run_live(request: TeamRequest, pk: int) -> HttpResponse:
    """The parts of the page that change, as the page itself includes them."""
    return render(request, "runs/_live.html", _live(reading.run_of(request.team, pk)))


@require_safe
def run_events(request: TeamRequest, pk: int) -> HttpResponse:
    """Events after a `seq`, the oldest first; ask again from the last one for more."""
    run = reading.run_of(request.team, pk)
    text = request.GET.get("after", "0")
    after = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
    events = [
        {"seq": e.seq, "created": e.created, "kind": e.kind, "text": e.text}
        for e in reading.happenings(run, after)
    ]
    return JsonResponse({"run": run.pk, "seq": run.event_seq, "events": events})


@require_safe
def run_figure(request: TeamRequest, pk: int) -> HttpResponse:
    """Counted once for all who watch: the run's seq says whether anything has changed."""
    run = reading.run_of(request.team, pk)
    key = f"flow/{run.pk}/{run.event_seq}"
    return JsonResponse(cache.get_or_set(key, lambda: figures.flow(run)))


@require_safe
def run_timeline(request: TeamRequest, pk: int) -> HttpResponse:
    """Counted once for all who watch; while the run goes on, also as time passes."""
    run = reading.run_of(request.team, pk)
    kept = TIMELINE_SECONDS if run.status == Run.Status.RUNNING else DEFAULT_TIMEOUT
    key = f"timeline/{run.pk}/{run.event_seq}"
    return JsonResponse(cache.get_or_set(key, lambda: timeline.timeline(run), kept))


@require_http_methods(["GET", "HEAD", "POST"])
def cancel_run(request: TeamRequest, pk: int) -> HttpResponse:
    """Asks first: what a cancelled run has not generated, it never will."""
    run = reading.run_of(request.team, pk)
    if run.status != Run.Status.RUNNING:
        messages.info(request, f"{run} has ended already: there is nothing to cancel.")
        return redirect(run)
    if request.method == "POST":
        cancel(run)
        return redirect(run)
    return render(request, "runs/cancel.html", {"run": run})


def _live(run: Run) -> dict[str, Any]:
    """Read before anything else is the run's seq: what comes later is at least as new."""
    progress = list(run.progress.select_related("expert"))
    gpu = gpu_now()
    bars = reading.bars(run, progress)
    running = run.status == Run.Status.RUNNING
    tokens = sum(row.tokens for row in progress)
    wall = ((run.ended or timezone.now()) - run.created).total_seconds()
    context: dict[str, Any] = {
        "run": run,
        "running": running,
        "gpu": gpu,
        "bars": bars,
        "ended": sum(bar.ended for bar in bars),
        "total": sum(bar.total for bar in bars),
        "tokens": tokens,
        "tokens_now": reading.token_rate(progress, gpu) if running else None,
        "tokens_per_second": tokens / wall if wall else None,
        "interval": [100 * end for end in wilson(run.correct, run.graded)],
        "loads": reading.loads(run),
        "standing": standing(run, progress, gpu) if running else None,
        "seconds_left": eta.seconds_left(run) if running else None,
        "stage": next((b for b in bars if not b.is_full), None) if progress and running else None,
        "experts": reading.expert_rows(progress, [bar.purpose for bar in bars], gpu),
        "failures": reading.failures(run, progress),
        "retriable": retrying.retriable(run),
        "events": reading.happenings(run),
        "wall": wall if run.ended else None,
    }
    if run.kind == Run.Kind.TRY:
        context["try"] = run.generations.select_related("expert", "visit").first()
    return context
