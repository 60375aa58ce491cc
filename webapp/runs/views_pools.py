"""A pool with its profiles, and building one."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from webapp.accounts.middleware import TeamRequest
from webapp.experts.models import Pool
from webapp.runs import profile_reading, reading
from webapp.runs.forms import ValidationSetForm
from webapp.runs.submit import RunRefused, submit_profile


@require_safe
def pool(request: TeamRequest, pk: int) -> HttpResponse:
    found = _pool(request, pk)
    profiles = found.profiles.select_related("question_set", "aggregator")
    everyone = reading.pool_experts(found)
    context = {
        "pool": found,
        "experts": found.experts.all(),
        "candidates": found.candidates(),
        "profiles": [(profile, profile_reading.state_of(profile)) for profile in profiles],
        "form": ValidationSetForm(team=request.team),
        "cautions": reading.cautions(everyone),
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
