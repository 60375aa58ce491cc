"""A run again with one expert replaced or added: asking for it, calling it off."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from webapp.accounts.middleware import TeamRequest
from webapp.execution.errors import RunRefused
from webapp.experts.forms import ReplacementForm
from webapp.pages.shared.addresses import key_param
from webapp.pages.shared.lookups import run_or_404
from webapp.planning import reruns
from webapp.runs.models import Rerun, Run


@require_http_methods(["GET", "HEAD", "POST"])
def replace_expert(request: TeamRequest, pk: int) -> HttpResponse:
    """`?expert=` and `?by=` fill the form in. Sent, it leads to what is waited for."""
    run = run_or_404(request, pk)
    if run.kind != Run.Kind.ANSWER or run.pool is None:
        raise Http404
    data = request.POST if request.method == "POST" else None
    chosen = {name: key_param(request.GET, name) for name in ("expert", "by")}
    form = ReplacementForm(
        data, pool=run.pool, initial={n: key for n, key in chosen.items() if key}
    )
    if form.is_valid():
        try:
            rerun = reruns.begin(run, form.chosen(), request.user)
        except RunRefused as refused:
            form.add_error(None, str(refused))
        except ValidationError as wrong:
            form.add_error(None, wrong)
        else:
            return redirect(rerun.run or rerun.profiling or run)
    context = {"form": form, "run": run, "asks_llm": reruns.asks_llm(run)}
    return render(request, "live_run/replace.html", context, status=422 if form.is_bound else 200)


@require_POST
def call_off(request: TeamRequest, pk: int) -> HttpResponse:
    """What it waits for goes on, and can be cancelled by itself."""
    rerun = get_object_or_404(Rerun.objects.select_related("of"), pk=pk, of__team=request.team)
    if reruns.call_off(rerun):
        waits = rerun.waits_for
        goes_on = waits if waits and waits.status == Run.Status.RUNNING else None
        also = f" {goes_on} goes on: cancel it where it is not needed." if goes_on else ""
        messages.success(request, f"No other run is started.{also}")
    else:
        messages.info(request, "That was started or called off already.")
    return redirect(rerun.of)
