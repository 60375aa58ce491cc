"""A pool with its profiles, and building one."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from webapp.accounts.middleware import TeamRequest
from webapp.execution.errors import RunRefused
from webapp.execution.start import submit_profile
from webapp.experts.models import Pool
from webapp.experts.pool_memory import memory_of
from webapp.pages.pools.forms import ValidationSetForm
from webapp.pages.profiles import reading
from webapp.pages.shared.addresses import archived_param
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
    context = {
        "pool": found,
        "experts": found.experts.all(),
        "candidates": found.candidates(),
        "profiles": [(profile, reading.readiness_of(profile)) for profile in profiles],
        "archived": not archived and everything.exclude(archived=None).exists(),
        "form": ValidationSetForm(team=request.team),
        "cautions": [*skill_cautions(profiles.filter(ready=True).first()), *cautions(everyone)],
        "memory": memory_of(found, machine.gpus, machine.host_bytes),
        "problems": sorted({e for e in everyone if e.problem}, key=lambda e: e.name),
    }
    return render(request, "pools/detail.html", context)


@require_POST
def build_profile(request: TeamRequest, pk: int) -> HttpResponse:
    found = _pool(request, pk)
    form = ValidationSetForm(request.POST, team=request.team)
    if not form.is_valid():
        messages.error(request, "Choose a validation set of your team to profile the experts on.")
        return redirect(found)
    try:
        chosen = form.cleaned_data["question_set"]
        return redirect(submit_profile(request.team, request.user, found, chosen))
    except RunRefused as refused:
        messages.error(request, str(refused))
        return redirect(found)


def _pool(request: TeamRequest, pk: int) -> Pool:
    return get_object_or_404(Pool.objects.select_related("annotator"), pk=pk, team=request.team)
