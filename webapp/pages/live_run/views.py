"""One run, live: the page, and the same parts of it again whenever the run has moved."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from moe_core.scorers import title_of
from webapp.accounts.middleware import TeamRequest
from webapp.accounts.rights import EDIT
from webapp.execution.cancel import cancel
from webapp.execution.grading.regrade_requests import keeps_golds
from webapp.execution.resuming import retry
from webapp.execution.resuming.continuing import is_unfinished, seats_due
from webapp.files import room
from webapp.keeping.baselines import baseline_for, unfit
from webapp.pages.comparison.counts import figures
from webapp.pages.live_run.flow import flow
from webapp.pages.live_run.forms import AboutForm
from webapp.pages.live_run.sources import Choice
from webapp.pages.live_run.timeline import timeline
from webapp.pages.shared.addresses import key_param, text_param
from webapp.pages.shared.lookups import run_or_404
from webapp.planning import reruns
from webapp.progress import eta, words
from webapp.progress.bars import bars_of, loads_of
from webapp.progress.cutoffs import cut_offs, share_of
from webapp.progress.experts import expert_rows, rate_now
from webapp.progress.failures import failures
from webapp.progress.gpu import gpu_now
from webapp.progress.gradings import gradings
from webapp.progress.readings import readings
from webapp.progress.stand_ins import stand_ins
from webapp.progress.standing import standing
from webapp.progress.tries import as_try
from webapp.progress.unread import examples_of, unread
from webapp.runs.found_skills import run_cautions
from webapp.runs.kept import kept
from webapp.runs.lookups import cautions, run_experts
from webapp.runs.models import Run

TIMELINE_SECONDS = 2  # for which that of a running run is not drawn again without an event


@require_safe
def run_page(request: TeamRequest, pk: int) -> HttpResponse:
    run = run_or_404(request, pk)
    context = _live(run)
    context |= _about(request, run)
    context["over"] = not (context["running"] or run.regrading or context.get("awaited"))
    if run.kind == Run.Kind.ANSWER:
        context["flow"] = _choice(request, run)
    experts = run_experts(run)
    context["visits"] = not all(expert.is_recorded for expert in experts)
    context["cautions"] = [*run_cautions(run), *cautions(experts)]
    return render(request, "live_run/run.html", context)


def _about(request: TeamRequest, run: Run) -> dict[str, Any]:
    """What people say of it."""
    return {
        "about": AboutForm(run=run) if EDIT in request.may else None,
        "starred": run.stars.filter(person=request.user).exists(),
        "baseline_fits": run.baseline or not unfit(run),
    }


@require_safe
def run_live(request: TeamRequest, pk: int) -> HttpResponse:
    """The parts of the page that change, as the page itself includes them."""
    return render(request, "live_run/_live.html", _live(run_or_404(request, pk)))


@require_safe
def run_events(request: TeamRequest, pk: int) -> HttpResponse:
    """Events after a `seq`, the oldest first; ask again from the last one for more."""
    run = run_or_404(request, pk)
    events = [
        {"seq": e.seq, "created": e.created, "kind": e.kind, "text": e.text}
        for e in words.happenings(run, key_param(request.GET, "after") or 0)
    ]
    return JsonResponse({"run": run.pk, "seq": run.event_seq, "events": events})


@require_safe
def run_figure(request: TeamRequest, pk: int) -> HttpResponse:
    """Counted once for all who watch, until something happens in the run."""
    run = run_or_404(request, pk)
    choice = _choice(request, run)
    return JsonResponse(kept(f"flow/{choice.query}", run, count=lambda: flow(choice)))


def _choice(request: TeamRequest, run: Run) -> Choice:
    return Choice.of(run, text_param(request.GET, "by"), text_param(request.GET, "family"))


@require_safe
def run_timeline(request: TeamRequest, pk: int) -> HttpResponse:
    """Counted once for all who watch; while the run goes on, also as time passes."""
    run = run_or_404(request, pk)
    seconds = TIMELINE_SECONDS if run.status == Run.Status.RUNNING else DEFAULT_TIMEOUT
    return JsonResponse(kept("timeline", run, count=lambda: timeline(run), seconds=seconds))


@require_safe
def run_readings(request: TeamRequest, pk: int) -> HttpResponse:
    """Responses by the rule that read them, counted when somebody unfolds them."""
    run = run_or_404(request, pk)
    found = kept("readings", run, count=lambda: readings(run))
    return render(request, "live_run/_readings.html", {"run": run, "readings": found})


@require_http_methods(["GET", "HEAD", "POST"])
def cancel_run(request: TeamRequest, pk: int) -> HttpResponse:
    """Asks first: what a cancelled run has not generated, it never will."""
    run = run_or_404(request, pk)
    if run.status != Run.Status.RUNNING:
        messages.info(request, f"{run} has ended already: there is nothing to cancel.")
        return redirect(run)
    if request.method == "POST":
        cancel(run)
        return redirect(run)
    return render(request, "live_run/cancel.html", {"run": run})


def _live(run: Run) -> dict[str, Any]:
    """Read before anything else is the run's seq: what comes later is at least as new."""
    if run.kind == Run.Kind.TRY:
        return _live_try(run)
    progress = list(run.progress.select_related("expert"))
    gpu = gpu_now()
    bars = bars_of(run, progress)
    running = run.status == Run.Status.RUNNING
    tokens = sum(row.tokens for row in progress)
    wall = ((run.ended or timezone.now()) - run.created).total_seconds()
    cut = cut_offs(run, progress)
    baseline = None if running else baseline_for(run)
    again = reruns.told_on(run)
    return {
        "run": run,
        "running": running,
        "reruns": again,
        "awaited": any(rerun.ended is None for rerun in again),
        "scorer": _scorer(run),
        "gradings": gradings(run) if run.gold_version > 1 else [],
        "is_fixed": bool(run.newer_golds) and keeps_golds(run),
        "gpu": gpu,
        "bars": bars,
        "ended": sum(bar.ended for bar in bars),
        "total": sum(bar.total for bar in bars),
        "tokens": tokens,
        "tokens_now": rate_now(progress, gpu) if running else None,
        "tokens_per_second": tokens / wall if wall else None,
        "interval": run.share.interval,
        "baseline": baseline,
        "whole": figures(baseline, run).whole if baseline else None,
        "loads": loads_of(run),
        "standing": standing(run, progress, gpu) if running else None,
        "lack_of_room": room.lack() if running else "",
        "seconds_left": eta.seconds_left(run) if running else None,
        "stage": next((b for b in bars if not b.is_full), None) if progress and running else None,
        "experts": expert_rows(progress, [bar.purpose for bar in bars], gpu),
        "failures": failures(run, progress),
        "cut_offs": cut,
        "cut_share": share_of(cut, progress),
        "stand_ins": stand_ins(run),
        "unread": (silent := unread(run)),
        "unread_examples": examples_of(silent) if silent else [],
        "retriable": retry.retriable(run),
        "unfinished": not running and is_unfinished(run),
        "seats_due": seats_due(run),
        "events": words.happenings(run),
        "wall": wall if run.ended else None,
    }


def _scorer(run: Run) -> dict[str, str]:
    """How the run's responses are graded, and what its set has for new runs."""
    scoring = run.question_set.scoring if run.question_set else run.scoring
    return {
        "of_run": title_of(run.scoring),
        "of_set": title_of(scoring),
        "query": urlencode({"scorer": scoring.scorer, "pattern": scoring.pattern}),
    }


def _live_try(run: Run) -> dict[str, Any]:
    found = as_try(run)
    return {
        "run": run,
        "running": run.status == Run.Status.RUNNING,
        "gpu": found.gpu,
        "try": found,
    }
