"""Reports: a run, a comparison or a profile on one page, as a file that needs nothing else."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from moe_core.scorers import title_of
from webapp.accounts.middleware import TeamRequest
from webapp.keeping.baselines import baseline_for
from webapp.pages.comparison.pairs import problem
from webapp.pages.costs.tables import together
from webapp.pages.reports import compared, profiled, run_tables
from webapp.pages.reports.chart import drawn
from webapp.pages.shared.addresses import key
from webapp.pages.shared.lookups import answering_or_404, profile_or_404, run_or_404
from webapp.pages.shared.tables import as_file
from webapp.progress.costs import costs_of
from webapp.runs.found_skills import run_cautions
from webapp.runs.lookups import maker_of, runs_of
from webapp.runs.models import Run

MOST_RUNS = 6  # of a comparison


@require_safe
def run_report(request: TeamRequest, pk: int) -> HttpResponse:
    run = answering_or_404(request, pk)
    categories, reckoned = run_tables.categories(run), costs_of(run)
    baseline = baseline_for(run) if run.ended else None
    context = {
        "run": run,
        "scorer": title_of(run.scoring),
        "cautions": run_cautions(run),
        "categories": categories,
        "drawing": drawn(categories, 2) if len(categories.rows) > 1 else None,
        "outcomes": run_tables.outcomes(run),
        "experts": run_tables.experts(run),
        "against": compared.against_first([baseline, run])[0] if baseline else None,
        "baseline": baseline,
        "cost": together(reckoned) if reckoned.experts else None,
        "costs": run_tables.cost(run),
    }
    return _report(request, "reports/run.html", f"run-{run.pk}-report", context)


@require_safe
def comparison_report(request: TeamRequest) -> HttpResponse:
    runs = _compared(request)
    table, categories = compared.runs_table(runs), compared.categories_table(runs)
    context = {
        "runs": runs,
        "first": runs[0],
        "table": table,
        "drawing": drawn(table, 2),
        "against": compared.against_first(runs),
        "categories": categories if len(categories.rows) > 1 else None,
        "costs": [(run, together(costs_of(run))) for run in runs],
    }
    name = "runs-" + "-".join(str(run.pk) for run in runs)
    return _report(request, "reports/comparison.html", f"{name}-report", context)


@require_safe
def profile_report(request: TeamRequest, pk: int) -> HttpResponse:
    profile = profile_or_404(request, pk)
    experts, maker = profiled.experts(profile), maker_of(profile)
    reckoned = costs_of(maker) if maker else None
    context = {
        "profile": profile,
        "maker": maker,
        "experts": experts,
        "drawing": drawn(experts, 2),
        "families": profiled.families(profile),
        "ranks": profile.ranks.select_related("expert"),
        "cost": together(reckoned) if reckoned and reckoned.experts else None,
    }
    return _report(request, "reports/profile.html", f"profile-{profile.pk}-report", context)


@require_safe
def run_table(request: TeamRequest, pk: int, name: str, form: str) -> HttpResponse:
    run = run_or_404(request, pk)
    if name not in run_tables.TABLES:
        raise Http404
    return as_file(run_tables.TABLES[name](run), form)


@require_safe
def comparison_table(request: TeamRequest, name: str, form: str) -> HttpResponse:
    runs = _compared(request)
    if name not in compared.TABLES:
        raise Http404
    return as_file(compared.TABLES[name](runs), form)


@require_safe
def profile_table(request: TeamRequest, pk: int, name: str, form: str) -> HttpResponse:
    profile = profile_or_404(request, pk)
    if name not in profiled.TABLES:
        raise Http404
    return as_file(profiled.TABLES[name](profile), form)


def _compared(request: TeamRequest) -> list[Run]:
    """`?run=` for each, or `?a=&b=`: the first is what the others are measured by."""
    told = request.GET.getlist("run") or [request.GET.get(name, "") for name in ("a", "b")]
    keys = [pk for text in told if (pk := key(text)) is not None]
    found = {run.pk: run for run in runs_of(request.team).filter(pk__in=keys[:MOST_RUNS])}
    runs = [found[pk] for pk in dict.fromkeys(keys) if pk in found]
    if len(runs) < 2 or any(problem(runs[0], other) for other in runs[1:]):
        raise Http404
    return runs


def _report(
    request: TeamRequest, template: str, name: str, context: dict[str, Any]
) -> HttpResponse:
    """A file to be saved: it has its style within, which a page of ours may not."""
    told = {"made": timezone.now(), "version": settings.VERSION, "team": request.team}
    response = render(request, template, context | told)
    response["Content-Disposition"] = f'attachment; filename="{name}.html"'
    return response
