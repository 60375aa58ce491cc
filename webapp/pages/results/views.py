"""The questions of a run as a table, and where its points were lost."""

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from webapp.accounts.middleware import TeamRequest
from webapp.pages.results import lost, table
from webapp.pages.results.counts import totals
from webapp.pages.results.oracle import oracle_of
from webapp.pages.shared.lookups import answering_or_404, run_or_404


@require_safe
def answers(request: TeamRequest, pk: int) -> HttpResponse:
    run = run_or_404(request, pk)
    return render(request, "results/answers.html", table.page_context(request, run))


@require_safe
def lost_page(request: TeamRequest, pk: int) -> HttpResponse:
    run = answering_or_404(request, pk)
    oracle, shares = oracle_of(run)
    found = lost.lost(run)
    unjudged = run.questions - found.judged
    return render(
        request,
        "results/lost.html",
        {
            "run": run,
            "found": found,
            "unjudged": unjudged,
            "ungraded": unjudged - found.disputed.count,
            "oracle": oracle,
            "shares": shares,
            "most": lost.MOST_CATEGORIES,
            "as_spelled": totals(run).as_spelled,
        },
    )


@require_safe
def lost_oracle(request: TeamRequest, pk: int) -> HttpResponse:
    """The part of the page that is asked for again until it is found: then all of it is shown."""
    oracle, _ = oracle_of(answering_or_404(request, pk))
    # Until then, the page keeps what it shows.
    is_ready = oracle is None or oracle.ready
    return HttpResponse(headers={"HX-Refresh": "true"}) if is_ready else HttpResponse(status=204)


@require_safe
def lost_figure(request: TeamRequest, pk: int) -> HttpResponse:
    return JsonResponse(lost.figure(answering_or_404(request, pk)))
