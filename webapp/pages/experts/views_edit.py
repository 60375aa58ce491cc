"""Adding and changing experts, which whoever owns the installation does."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from webapp.accounts.middleware import TeamRequest
from webapp.experts.checks.hub import Look, look
from webapp.experts.engines import VLLM
from webapp.experts.forms import ExpertForm
from webapp.experts.models import Expert
from webapp.experts.preset_pool import there_of
from webapp.experts.presets import PRESETS, SETS, PresetExpert

CHECK = "check"  # the button that asks the hub and adds nothing


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
    preset = _preset(request.GET.get("preset", ""))
    data = request.POST if request.method == "POST" else None
    form = ExpertForm(data, initial=_initial(preset))
    is_good = form.is_valid()
    said = _said_by_hub(request, form) if is_good else None
    if is_good and not said:
        expert = form.save()
        added = f"{expert} is added. Try it, to see that it loads. {form.note}".strip()
        messages.success(request, added)
        return redirect(expert)
    context = {"form": form, "hub": said, "preset": preset, "title": "Add an expert"}
    return render(request, "experts/edit.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def edit_expert(request: TeamRequest, pk: int) -> HttpResponse:
    expert = get_object_or_404(Expert, pk=pk, team=None)
    data = request.POST if request.method == "POST" else None
    form = ExpertForm(data, instance=expert)
    is_good = form.is_valid()
    said = _said_by_hub(request, form) if is_good else None
    if is_good and not said:
        expert = form.save()
        messages.success(request, f"{expert} is saved. {form.note}".strip())
        return redirect(expert)
    name = Expert.objects.values_list("name", flat=True).get(pk=pk)  # not what was just entered
    context = {"form": form, "hub": said, "expert": expert, "title": f"Edit {name}"}
    return render(request, "experts/edit.html", context)


def _said_by_hub(request: TeamRequest, form: ExpertForm) -> Look | None:
    """What the hub says, where that was asked for."""
    if CHECK not in request.POST:
        return None
    expert = form.instance
    if expert.engine != VLLM.name or expert.is_local:
        return Look({"source": "Only a hub id can be checked on the hub: this is none."})
    return look(expert.asked)


def _preset(name: str) -> PresetExpert | None:
    if name and name not in PRESETS:
        raise Http404(f"There is no preset {name}.")
    return PRESETS.get(name)


def _initial(preset: PresetExpert | None) -> dict[str, Any]:
    return preset.settings() if preset else {}
