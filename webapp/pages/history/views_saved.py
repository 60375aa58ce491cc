"""Saved views: filters of the list under a name. People change their own; editors also those that
are shared with the team."""

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from webapp.accounts.middleware import TeamRequest
from webapp.accounts.rights import EDIT
from webapp.keeping import views
from webapp.keeping.kinds import KeepingRefused
from webapp.pages.history.filters import RunFilters
from webapp.runs.models import SavedView


@require_POST
def save_view(request: TeamRequest) -> HttpResponse:
    query = RunFilters.of(QueryDict(request.POST.get("query", ""))).query
    shared = bool(request.POST.get("shared")) and EDIT in request.may
    try:
        view = views.save_view(
            request.team, request.user, request.POST.get("name", ""), query, shared=shared
        )
    except KeepingRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"The view {view} is saved.")
    return _list(query)


@require_POST
def rename_view(request: TeamRequest, pk: int) -> HttpResponse:
    view = _view(request, pk)
    try:
        views.rename_view(view, request.POST.get("name", ""), request.user)
    except KeepingRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"The view is called {view} now.")
    return _list(view.query)


@require_POST
def delete_view(request: TeamRequest, pk: int) -> HttpResponse:
    view = _view(request, pk)
    views.delete_view(view, request.user)
    messages.success(request, f"The view {view} is deleted.")
    return _list(view.query)


def _view(request: TeamRequest, pk: int) -> SavedView:
    theirs = Q(person=request.user)
    if EDIT in request.may:
        theirs |= Q(shared=True)
    return get_object_or_404(SavedView.objects.filter(theirs), pk=pk, team=request.team)


def _list(query: str) -> HttpResponse:
    return redirect(f"{reverse('runs')}?{query}" if query else reverse("runs"))
