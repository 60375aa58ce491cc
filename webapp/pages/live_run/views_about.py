"""What people say of a run, and what it is to them: title, tags, notes, owner, star, baseline."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from webapp.accounts.middleware import TeamRequest
from webapp.keeping import baselines
from webapp.keeping.kinds import KeepingRefused
from webapp.keeping.naming import star
from webapp.pages.live_run.forms import AboutForm
from webapp.pages.shared.lookups import answering_or_404, run_or_404
from webapp.runs.lookups import runs_of


@require_http_methods(["GET", "HEAD", "POST"])
def about(request: TeamRequest, pk: int) -> HttpResponse:
    """The form stands on the run's page, too; here it says what is wrong with what was sent."""
    run = run_or_404(request, pk)
    if request.method != "POST":
        return render(request, "live_run/about.html", {"run": run, "about": AboutForm(run=run)})
    with transaction.atomic():
        # Nobody changes it between the look at what was seen and the saving.
        locked = runs_of(request.team).select_for_update(of=("self",))
        form = AboutForm(request.POST, run=get_object_or_404(locked, pk=pk))
        if form.is_valid():
            try:
                form.save(request.user)
                return redirect(run)
            except KeepingRefused as refused:
                form.add_error(None, str(refused))
    context = {"run": run, "about": form, "now": AboutForm(run=run)}
    return render(request, "live_run/about.html", context, status=422)


@require_POST
def star_run(request: TeamRequest, pk: int) -> HttpResponse:
    run = run_or_404(request, pk)
    star(run, request.user, starred=request.POST.get("starred") == "1")
    return redirect(run)


@require_POST
def baseline(request: TeamRequest, pk: int) -> HttpResponse:
    """It becomes its set's baseline, or is it no more."""
    run = answering_or_404(request, pk)
    if request.POST.get("unset"):
        baselines.unset_baseline(run, request.user)
        messages.success(request, f"{run.question_set} has no baseline any more.")
        return redirect(run)
    try:
        before = baselines.set_baseline(run, request.user)
    except KeepingRefused as refused:
        messages.error(request, str(refused))
        return redirect(run)
    instead = f", instead of {before}" if before else ""
    messages.success(request, f"{run} is the baseline of {run.question_set} now{instead}.")
    return redirect(run)
