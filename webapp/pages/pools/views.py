"""A pool with its profiles, and building one."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from moe_core.anchors import ALL
from webapp.accounts.middleware import TeamRequest
from webapp.execution.errors import RunRefused
from webapp.execution.profiles.asked_before import asked_before
from webapp.execution.profiles.asks import Choice
from webapp.execution.start import submit_profile
from webapp.experts.models import Pool
from webapp.experts.pool_memory import memory_of
from webapp.pages.pools.forms import ValidationSetForm
from webapp.pages.profiles import reading
from webapp.pages.shared.addresses import archived_param
from webapp.questions.models import QuestionSet
from webapp.queue.gpus import worker_machine
from webapp.runs.found_skills import skill_cautions
from webapp.runs.lookups import cautions, pool_experts


@require_safe
def pool(request: TeamRequest, pk: int) -> HttpResponse:
    found = _pool(request, pk)
    everything = found.profiles.select_related("question_set", "aggregator", "pool")
    archived = archived_param(request)
    profiles = everything.filter(archived__isnull=not archived)
    everyone = pool_experts(found)
    machine = worker_machine()
    form = ValidationSetForm(team=request.team)
    context = {
        "pool": found,
        "experts": found.experts.all(),
        "candidates": found.candidates(),
        "profiles": [(profile, reading.readiness_of(profile)) for profile in profiles],
        "archived": not archived and everything.exclude(archived=None).exists(),
        "form": form,
        **_asked(found, form.sets.first()),
        "cautions": [*skill_cautions(profiles.filter(ready=True).first()), *cautions(everyone)],
        "memory": memory_of(found, machine.gpus, machine.host_bytes),
        "problems": sorted({e for e in everyone if e.problem}, key=lambda e: e.name),
    }
    return render(request, "pools/detail.html", context)


@require_POST
def build_profile(request: TeamRequest, pk: int) -> HttpResponse:
    found = _pool(request, pk)
    form = ValidationSetForm(request.POST, team=request.team)
    reuse, part = "anew" not in request.POST, request.POST.get("part", ALL.name)
    if not form.is_valid():
        messages.error(request, "Choose a validation set of your team to profile the experts on.")
        return redirect(found)
    try:
        chosen = form.cleaned_data["question_set"]
        run = submit_profile(request.team, request.user, found, chosen, reuse=reuse, part=part)
        return redirect(run)
    except RunRefused as refused:
        messages.error(request, str(refused))
        return redirect(found)


@require_safe
def asked(request: TeamRequest, pk: int) -> HttpResponse:
    """Whom a profile on `?question_set=` would ask: the part of the page below that choice."""
    form = ValidationSetForm(request.GET, team=request.team)
    questions = form.cleaned_data["question_set"] if form.is_valid() else None
    return render(request, "pools/_asked.html", _asked(_pool(request, pk), questions))


def _asked(pool: Pool, questions: QuestionSet | None) -> dict[str, Any]:
    rows = asked_before(pool, questions) if questions else []
    choice = Choice.of(pool, questions) if questions else None
    return {
        "parts": [(part, choice.settled(part).responses) for part in choice.parts]
        if choice
        else [],
        "taken_over": [row for row in rows if not row.is_asked],
        "to_ask": [row for row in rows if row.is_asked],
        "asked_again": [row for row in rows if row.is_asked and row.questions],
    }


def _pool(request: TeamRequest, pk: int) -> Pool:
    return get_object_or_404(Pool.objects.select_related("annotator"), pk=pk, team=request.team)
