"""Experts, which administrators add, and the pools that a team makes of them."""

from dataclasses import fields
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from moe_core.benchmarks import BENCHMARKS, benchmark_named
from moe_core.errors import BenchmarkError
from webapp.accounts.middleware import TeamRequest
from webapp.experts.forms import ExpertForm, PoolForm
from webapp.experts.models import Expert, Pool
from webapp.experts.preset_pool import PresetPool, preset_pool
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


@require_safe
def pools(request: TeamRequest) -> HttpResponse:
    found = Pool.objects.filter(team=request.team).select_related("annotator")
    return render(request, "pools/list.html", {"pools": found.prefetch_related("experts")})


@require_http_methods(["GET", "HEAD", "POST"])
def new_pool(request: TeamRequest) -> HttpResponse:
    preset = _preset_pool(request.GET.get("benchmark", ""))
    data = request.POST if request.method == "POST" else None
    form = PoolForm(data, team=request.team, initial=_pool_initial(preset))
    if form.is_valid():
        pool = form.save()
        messages.success(request, f"{pool} is made. Build its profile next.")
        return redirect(pool)
    context = {
        "form": form,
        "title": "Make a pool",
        "experts": Expert.objects.of(request.team).exists(),
        "preset": preset,
        "benchmarks": BENCHMARKS.values(),
    }
    return render(request, "pools/edit.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def edit_pool(request: TeamRequest, pk: int) -> HttpResponse:
    pool = get_object_or_404(Pool, pk=pk, team=request.team)
    data = request.POST if request.method == "POST" else None
    form = PoolForm(data, instance=pool, team=request.team)
    if form.is_valid():
        messages.success(request, f"{form.save()} is saved.")
        return redirect(pool)
    context = {"form": form, "pool": pool, "title": "Edit the pool", "experts": True}
    return render(request, "pools/edit.html", context)


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


def _preset_pool(benchmark: str) -> PresetPool | None:
    if not benchmark:
        return None
    try:
        return preset_pool(benchmark_named(benchmark))
    except BenchmarkError as error:
        raise Http404(str(error)) from None


def _pool_initial(preset: PresetPool | None) -> dict[str, Any]:
    if preset is None:
        return {}
    return {
        "name": f"Paper, {preset.benchmark.title}",
        "experts": [expert.pk for expert in preset.experts],
        "annotator": preset.annotator.pk if preset.annotator else None,
        "aggregators": [expert.pk for expert in preset.aggregators],
    }


def _initial(preset: PresetExpert | None) -> dict[str, Any]:
    if preset is None:
        return {}
    taken = set(ExpertForm.base_fields)
    return {f.name: getattr(preset, f.name) for f in fields(preset) if f.name in taken}
