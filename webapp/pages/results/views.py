"""The questions of a run as a table, and where its points were lost."""

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from webapp.accounts.middleware import TeamRequest
from webapp.pages.results import lost, table
from webapp.pages.results.counts import totals
from webapp.pages.shared.lookups import answering_or_404, run_or_404


@require_safe
def answers(request: TeamRequest, pk: int) -> HttpResponse:
    run = run_or_404(request, pk)
    return render(request, "results/answers.html", table.page_context(request, run))


@require_safe
def lost_page(request: TeamRequest, pk: int) -> HttpResponse:
    run = answering_or_404(request, pk)
    return render(
        request,
        "results/lost.html",
        {
            "run": run,
            "found": lost.lost(run),
            "most": lost.MOST_CATEGORIES,
            "as_spelled": totals(run).as_spelled,
        },
    )


@require_safe
def lost_figure(request: TeamRequest, pk: int) -> HttpResponse:
    return JsonResponse(lost.figure(answering_or_404(request, pk)))
