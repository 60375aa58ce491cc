"""The list of runs, and the chart of those over one question set."""

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from webapp.accounts.middleware import TeamRequest
from webapp.keeping.views import views_for
from webapp.pages.history import chart
from webapp.pages.history.filters import RunFilters, controls
from webapp.pages.history.past import past
from webapp.pages.shared.paging import page_of


@require_safe
def run_list(request: TeamRequest) -> HttpResponse:
    chosen = RunFilters.of(request.GET)
    page = page_of(request, chosen.runs(request.team, request.user), newest_first=True)
    views = views_for(request.team, request.user)
    first, more = controls(request.team, chosen)
    context = {
        "page": page,
        "chosen": chosen,
        "past": past(page.rows, request.user),
        "controls": first,
        "more": more,
        "views": views,
        "view": next((one for one in views if one.query == chosen.query), None),
    }
    return render(request, "history/list.html", context)


@require_safe
def history_figure(request: TeamRequest) -> HttpResponse:
    return JsonResponse(chart.figure(request.team, request.user, RunFilters.of(request.GET)))
