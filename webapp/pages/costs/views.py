"""What runs cost: a team's, or one's own; and what one run has cost."""

from typing import Any

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from webapp.accounts.middleware import TeamRequest
from webapp.pages.costs import tables
from webapp.pages.costs.filters import CostFilters, controls, sees_all
from webapp.pages.shared.lookups import run_or_404
from webapp.pages.shared.tables import as_file
from webapp.pages.shared.text import seconds
from webapp.progress.costs import costs_of
from webapp.progress.spent import BY, all_of, spent, spent_by

COLOURS = {"loading": "#b08a3c", "generating": "#3f9b62", "endpoints": "#6f7fb5"}
UNITS = {"hours": 3600, "minutes": 60, "seconds": 1}
SHOWN = ("month", "person", "expert", "run")


@require_safe
def costs(request: TeamRequest) -> HttpResponse:
    chosen = CostFilters.of(request)
    shown = [name for name in SHOWN if name != "person" or sees_all(request)]
    context = {
        "chosen": chosen,
        "controls": controls(request, chosen),
        "all": all_of(request.team, chosen.wanted),
        "tables": {name: tables.by(request.team, chosen.wanted, name) for name in shown},
        "sees_all": sees_all(request),
        "note": tables.NOTE,
    }
    return render(request, "costs/costs.html", context)


@require_safe
def costs_figure(request: TeamRequest) -> JsonResponse:
    """Time by month, as bars, in the largest unit of which there is more than one; the page has the
    same as a table."""
    rows = spent(request.team, CostFilters.of(request).wanted, "month")
    parts = {
        "loading": [row.loading for row in rows],
        "generating": [row.generating for row in rows],
        "endpoints": [row.endpoint_seconds for row in rows],
    }
    months = [f"{row.key:%Y-%m}" for row in rows]
    most = max((sum(of_month) for of_month in zip(*parts.values(), strict=True)), default=0.0)
    unit, size = next((name, size) for name, size in UNITS.items() if most > size or size == 1)
    return JsonResponse(
        {
            "data": [_bars(*part, months, size) for part in parts.items() if any(part[1])],
            "layout": {
                "barmode": "stack",
                "margin": {"l": 56, "r": 12, "t": 12, "b": 40},
                "xaxis": {"type": "category"},
                "yaxis": {"title": {"text": unit}, "rangemode": "tozero"},
                "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom"},
                "showlegend": True,
            },
            "table": [
                [month, *(seconds(of_month[place]) for of_month in parts.values())]
                for place, month in enumerate(months)
            ],
        }
    )


def _bars(name: str, took: list[float], months: list[str], unit: int) -> dict[str, Any]:
    return {
        "type": "bar",
        "name": name,
        "x": months,
        "y": [round(one / unit, 2) for one in took],
        "text": [seconds(one) for one in took],
        "textposition": "none",  # on the bar itself
        "marker": {"color": COLOURS[name]},
        "hovertemplate": "%{x}: %{text} " + name + "<extra></extra>",
    }


@require_safe
def costs_table(request: TeamRequest, name: str, form: str) -> HttpResponse:
    if name not in BY or (name == "person" and not sees_all(request)):
        raise Http404
    return as_file(tables.by(request.team, CostFilters.of(request).wanted, name), form)


@require_safe
def run_costs(request: TeamRequest, pk: int) -> HttpResponse:
    """A part of the run's page, fetched when it is unfolded; of a running one, so far."""
    run = run_or_404(request, pk)
    reckoned = costs_of(run)
    context = {
        "run": run,
        "cost": reckoned.cost,
        "all": spent_by(reckoned),
        "table": tables.of_run(run, reckoned),
        "note": tables.NOTE,
    }
    return render(request, "costs/_run.html", context)
