"""Adding and changing experts, which administrators do."""

from dataclasses import fields
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from webapp.accounts.middleware import TeamRequest
from webapp.experts.forms import ExpertForm
from webapp.experts.models import Expert
from webapp.experts.presets import PAPER_EXPERTS, PresetExpert


@require_safe
def presets(request: TeamRequest) -> HttpResponse:
    """The paper's experts; those that are here already are marked."""
    there = dict(Expert.objects.filter(team=None).values_list("source", "pk"))
    rows = [(preset, there.get(preset.source)) for preset in PAPER_EXPERTS]
    return render(request, "experts/presets.html", {"rows": rows})


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
    found = next((preset for preset in PAPER_EXPERTS if preset.name == name), None)
    if name and found is None:
        raise Http404(f"There is no preset {name}.")
    return found


def _initial(preset: PresetExpert | None) -> dict[str, Any]:
    if preset is None:
        return {}
    taken = set(ExpertForm.base_fields)
    return {f.name: getattr(preset, f.name) for f in fields(preset) if f.name in taken}
