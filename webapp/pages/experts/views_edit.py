"""Adding and changing experts, which administrators do."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from webapp.accounts.middleware import TeamRequest
from webapp.experts.forms import ExpertForm
from webapp.experts.models import Expert
from webapp.experts.preset_pool import there_of
from webapp.experts.presets import PRESETS, SETS, PresetExpert


@require_safe
def presets(request: TeamRequest) -> HttpResponse:
    """Experts to choose from, by the pools that they are for; those here already are marked."""
    there = there_of(list(PRESETS.values()))
    groups = [
        (chosen, [(preset, there.get(preset.name)) for preset in chosen.presets])
        for chosen in SETS.values()
    ]
    return render(request, "experts/presets.html", {"groups": groups})


@require_http_methods(["GET", "HEAD", "POST"])
def new_expert(request: TeamRequest) -> HttpResponse:
    _only_staff(request)
    preset = _preset(request.GET.get("preset", ""))
    data = request.POST if request.method == "POST" else None
    form = ExpertForm(data, initial=_initial(preset))
    if form.is_valid():
        expert = form.save()
        messages.success(request, f"{expert} is added. Try it, to see that it loads.")
        return redirect(expert)
    context = {"form": form, "preset": preset, "title": "Add an expert"}
    return render(request, "experts/edit.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def edit_expert(request: TeamRequest, pk: int) -> HttpResponse:
    _only_staff(request)
    expert = get_object_or_404(Expert, pk=pk, team=None)
    data = request.POST if request.method == "POST" else None
    form = ExpertForm(data, instance=expert)
    if form.is_valid():
        expert = form.save()
        messages.success(request, f"{expert} is saved.")
        return redirect(expert)
    name = Expert.objects.values_list("name", flat=True).get(pk=pk)  # not what was just entered
    context = {"form": form, "expert": expert, "title": f"Edit {name}"}
    return render(request, "experts/edit.html", context)


def _only_staff(request: TeamRequest) -> None:
    if not request.user.is_staff:
        raise PermissionDenied(
            "Experts belong to the whole installation: only administrators add or change them."
        )


def _preset(name: str) -> PresetExpert | None:
    if name and name not in PRESETS:
        raise Http404(f"There is no preset {name}.")
    return PRESETS.get(name)


def _initial(preset: PresetExpert | None) -> dict[str, Any]:
    return preset.settings() if preset else {}
