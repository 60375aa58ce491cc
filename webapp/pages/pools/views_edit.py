"""Pools: which there are, making one, changing it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from moe_core.benchmarks import BENCHMARKS, benchmark_named
from moe_core.errors import BenchmarkError
from webapp.accounts.middleware import TeamRequest
from webapp.experts.forms import PoolForm
from webapp.experts.models import Expert, Pool
from webapp.experts.preset_pool import PresetPool, fit_pool, preset_pool
from webapp.experts.presets import FITS
from webapp.pages.shared.addresses import archived_param


@require_safe
def pools(request: TeamRequest) -> HttpResponse:
    archived = archived_param(request)
    found = Pool.objects.filter(team=request.team, archived__isnull=not archived)
    rows = found.select_related("annotator").prefetch_related("experts")
    return render(request, "pools/list.html", {"pools": rows, "archived": archived})


@require_http_methods(["GET", "HEAD", "POST"])
def new_pool(request: TeamRequest) -> HttpResponse:
    benchmark, fit = (request.GET.get(name, "") for name in ("benchmark", "fit"))
    preset = _preset_pool(benchmark, fit)
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
        "benchmark": benchmark,
        "sizes": list(map(str, FITS)),
        "fit": fit,
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


def _preset_pool(benchmark: str, fit: str) -> PresetPool | None:
    if fit:
        if fit not in map(str, FITS):
            raise Http404(f"There is no pool for a GPU of {fit} GB.")
        return fit_pool(int(fit))
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
        "name": preset.name,
        "experts": [expert.pk for expert in preset.experts],
        "annotator": preset.annotator.pk if preset.annotator else None,
        "aggregators": [expert.pk for expert in preset.aggregators],
    }
