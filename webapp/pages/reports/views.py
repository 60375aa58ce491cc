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
from webapp.pages.comparison import chosen, counts, several, words
from webapp.pages.comparison.pairs import problem
from webapp.pages.costs import tables as costs
from webapp.pages.reports import compared, profiled, run_tables
from webapp.pages.reports.chart import drawn
from webapp.pages.shared.lookups import answering_or_404, profile_or_404, run_or_404
from webapp.pages.shared.tables import as_file
from webapp.progress.costs import costs_of
from webapp.progress.spent import spent_by
from webapp.runs.found_skills import run_cautions
from webapp.runs.lookups import maker_of
from webapp.runs.models import Run


@require_safe
def run_report(request: TeamRequest, pk: int) -> HttpResponse:
    run = answering_or_404(request, pk)
    categories, reckoned = run_tables.categories(run), costs_of(run)
    context = {
        "run": run,
        "scorer": title_of(run.scoring),
        "cautions": run_cautions(run),
        "categories": categories,
        "drawing": drawn(categories, 2) if len(categories.rows) > 1 else None,
        "outcomes": run_tables.outcomes(run),
        "experts": run_tables.experts(run),
        "cost": spent_by(reckoned) if reckoned.experts else None,
        "note": costs.NOTE,
    }
    if run.ended and (baseline := baseline_for(run)):
        whole = counts.figures(baseline, run).whole
        context |= {
            "baseline": baseline,
            "headline": words.headline(baseline, run, whole),
            "told": words.in_words(baseline, run, whole),
            "differing": compared.settings_table([baseline, run]),
        }
    return _report(request, "reports/run.html", f"run-{run.pk}-report", context)


@require_safe
def comparison_report(request: TeamRequest) -> HttpResponse:
    runs = _compared(request)
    table = compared.runs_table(runs)
    context = {
        "runs": runs,
        "first": runs[0],
        "headline": compared.headline(runs),
        "table": table,
        "drawing": drawn(table, 2),
        "differing": compared.settings_table(runs),
        "categories": compared.categories_table(runs),
        "costs": [(run, spent_by(costs_of(run))) for run in runs],
    }
    name = f"{compared.name_of(runs)}-report"
    return _report(request, "reports/comparison.html", name, context)


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
        "cost": spent_by(reckoned) if reckoned and reckoned.experts else None,
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
    """As the page does: `?a=&b=`, or `?run=` for each, which their set's baseline joins."""
    pair = [chosen.run_named(request, request.GET.get(name, "")) for name in ("a", "b")]
    runs = [run for run in pair if run is not None]
    if ticked := chosen.ticked(request):
        runs = chosen.with_baseline(ticked)
    if not 2 <= len(runs) <= several.MOST + 1 or problem(runs):
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
