"""The verdicts of the team."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from webapp.accounts.middleware import TeamRequest
from webapp.pages.queues.forms import VerdictForm
from webapp.reviews import verdicts as team_verdicts
from webapp.reviews.models import VerdictKind
from webapp.reviews.verdicts import VerdictRefused


@require_http_methods(["GET", "HEAD", "POST"])
def verdicts(request: TeamRequest) -> HttpResponse:
    """All of them; what is sent adds one."""
    form = VerdictForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            made = team_verdicts.add(request.team, **form.cleaned_data)
        except VerdictRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"“{made}” can be given from now on.")
            return redirect("verdicts")
    context = {"kinds": team_verdicts.kinds_of(request.team), "form": form}
    return render(request, "queues/verdicts.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: TeamRequest, pk: int) -> HttpResponse:
    kind = _kind(request, pk)
    initial = {"title": kind.title, "description": kind.description, "meaning": kind.meaning}
    form = VerdictForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        try:
            team_verdicts.change(kind, **form.cleaned_data)
        except VerdictRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"“{kind}” is changed.")
            return redirect("verdicts")
    context = {"kind": kind, "form": form}
    return render(request, "queues/verdict.html", context, status=422 if form.errors else 200)


@require_POST
def retire(request: TeamRequest, pk: int) -> HttpResponse:
    """Or bring it back."""
    kind = _kind(request, pk)
    try:
        team_verdicts.set_retired(kind, request.POST.get("retired") != "0")
    except VerdictRefused as refused:
        messages.error(request, str(refused))
    else:
        can = "is given no more: reviews that say it stay" if kind.retired else "can be given again"
        messages.success(request, f"“{kind}” {can}.")
    return redirect("verdicts")


def _kind(request: TeamRequest, pk: int) -> VerdictKind:
    return get_object_or_404(VerdictKind.objects.select_related("team"), pk=pk, team=request.team)
