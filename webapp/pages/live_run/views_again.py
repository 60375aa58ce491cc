"""The buttons of a run that has ended: grade it again, ask again for what failed, go on."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from webapp.accounts.middleware import TeamRequest
from webapp.execution.golds import again
from webapp.execution.grading import regrade_requests
from webapp.execution.resuming import continuing, retry
from webapp.pages.shared.lookups import run_or_404
from webapp.plural import counted
from webapp.runs.models import Run


@require_POST
def regrade_run(request: TeamRequest, pk: int) -> HttpResponse:
    """A worker does it; the page listens until it is done."""
    run = run_or_404(request, pk)
    if run.status == Run.Status.RUNNING and run.newer_golds:
        again.ask_when_ended(run)
        messages.info(request, "It is graded by the newest gold answers when it has ended.")
        return redirect(run)
    try:
        regrade_requests.ask(run)
    except regrade_requests.RegradeRefused as refused:
        messages.error(request, str(refused))
        return redirect(run)
    messages.info(request, "It is being graded again: the events will say what changed.")
    return redirect(run)


@require_POST
def retry_run(request: TeamRequest, pk: int) -> HttpResponse:
    """The page is then that of a running run."""
    run = run_or_404(request, pk)
    try:
        again = retry.retry(run)
    except retry.RetryRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.info(request, f"{counted(again, 'generation')} that failed: asked for again.")
    return redirect(run)


@require_POST
def continue_run(request: TeamRequest, pk: int) -> HttpResponse:
    """The page is then that of a running run."""
    run = run_or_404(request, pk)
    try:
        left = continuing.continue_run(run)
    except continuing.ContinuingRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.info(request, f"It goes on with what is left: {counted(left, 'question')}.")
    return redirect(run)
