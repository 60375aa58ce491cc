"""Where a run's points were lost: the page, and its figure."""

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from webapp.accounts.middleware import TeamRequest
from webapp.runs import reading
from webapp.runs.lost import figure, lost
from webapp.runs.models import Run


@require_safe
def lost_page(request: TeamRequest, pk: int) -> HttpResponse:
    run = _answering(request, pk)
    return render(request, "runs/lost.html", {"run": run, "found": lost(run)})


@require_safe
def lost_figure(request: TeamRequest, pk: int) -> HttpResponse:
    return JsonResponse(figure(_answering(request, pk)))


def _answering(request: TeamRequest, pk: int) -> Run:
    """Raises Http404 for runs that give no answers of their own."""
    run = reading.run_of(request.team, pk)
    if run.kind != Run.Kind.ANSWER:
        raise Http404
    return run
