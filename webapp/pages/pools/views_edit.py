"""Pools: which there are, making one, changing it."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import model_to_dict
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from moe_core.anchors import ALL
from moe_core.benchmarks import BENCHMARKS, benchmark_named
from moe_core.errors import BenchmarkError
from webapp.accounts.middleware import TeamRequest
from webapp.execution.errors import RunRefused
from webapp.execution.start import submit_profile
from webapp.experts.forms import PoolForm
from webapp.experts.models import Expert, Pool
from webapp.experts.preset_pool import PresetPool, fit_pool, preset_pool
from webapp.experts.presets import FITS
from webapp.experts.variants import LONGEST, variant
from webapp.pages.pools.forms import ReplaceForm
from webapp.pages.shared.addresses import archived_param, key_param
from webapp.questions.models import QuestionSet


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
    copied = _copied(request)
    data = request.POST if request.method == "POST" else None
    initial = _as_it_is(copied) if copied else _pool_initial(preset)
    form = PoolForm(data, team=request.team, initial=initial)
    if form.is_valid():
        pool = form.save()
        messages.success(request, f"{pool} is made. Build its profile next.")
        return redirect(pool)
    context = {
        "form": form,
        "title": f"Duplicate {copied}" if copied else "Make a pool",
        "experts": Expert.objects.of(request.team).exists(),
        "preset": preset,
        "benchmarks": () if copied else BENCHMARKS.values(),
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
    context |= {"fixed": form.fixed, "runs_now": pool.is_running}
    return render(request, "pools/edit.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def replace_expert(request: TeamRequest, pk: int) -> HttpResponse:
    """`?expert=` and `?by=` fill the form in."""
    pool = get_object_or_404(Pool, pk=pk, team=request.team)
    data = request.POST if request.method == "POST" else None
    chosen = {name: key_param(request.GET, name) for name in ("expert", "by")}
    form = ReplaceForm(data, pool=pool, initial={n: key for n, key in chosen.items() if key})
    if form.is_valid():
        try:
            made = variant(pool, form.chosen())
        except ValidationError as wrong:
            form.add_error(None, wrong)
        else:
            given = form.cleaned_data
            return _made(request, made, given["question_set"], given["part"] or ALL.name)
    context = {"form": form, "pool": pool}
    return render(request, "pools/replace.html", context, status=422 if form.is_bound else 200)


def _made(
    request: TeamRequest, made: Pool, questions: QuestionSet | None, part: str
) -> HttpResponse:
    """On to the new pool, or to the run that profiles it."""
    if questions is None:
        messages.success(request, f"{made} is made. Build its profile next.")
        return redirect(made)
    try:
        run = submit_profile(request.team, request.user, made, questions, part=part)
    except RunRefused as refused:
        messages.error(request, f"{made} is made, but not profiled: {refused}")
        return redirect(made)
    messages.success(
        request, f"{made} is made. Whoever has answered {questions} is not asked again."
    )
    return redirect(run)


def _copied(request: TeamRequest) -> Pool | None:
    """The pool that `?copy=` names."""
    if (pk := key_param(request.GET, "copy")) is None:
        return None
    return get_object_or_404(Pool, pk=pk, team=request.team)


def _as_it_is(pool: Pool) -> dict[str, Any]:
    return {
        **model_to_dict(pool, fields=PoolForm.Meta.fields),
        "name": f"{pool.name[: LONGEST - 7]} (copy)",
    }


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
