"""Whom a pool needs, could do without and should take up."""

from typing import Any

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from webapp.accounts.middleware import TeamRequest
from webapp.experts.models import Pool
from webapp.findings.pools.advice import ask
from webapp.pages.pools.advice import COSTS, Advice, Cost, headline
from webapp.pages.profiles.curve import curve_of
from webapp.pages.shared.addresses import key_param, number_param
from webapp.pages.shared.findings import when_found
from webapp.runs.lookups import ready_profiles
from webapp.runs.models import Profile


@require_safe
def advice(request: TeamRequest, pk: int) -> HttpResponse:
    context = _context(request, pk)
    pool, profile = context["pool"], context["profile"]
    named = {"pool": str(pool.pk), "profile": str(profile.pk)} if profile else {}
    return render(request, "pools/advice.html", context | {"curve": curve_of(profile, named)})


@require_safe
def advice_found(request: TeamRequest, pk: int) -> HttpResponse:
    """The part of the page that is asked for again until it is found."""
    context = _context(request, pk)
    template = "pools/_advice.html"
    return when_found(request, template, context, context["finding"], has_charts=True)


@require_safe
def advice_figure(request: TeamRequest, pk: int) -> JsonResponse:
    """Accuracy against `?cost=`."""
    return JsonResponse(_advice(request, pk).figure(_cost(request)))


def _context(request: TeamRequest, pk: int) -> dict[str, Any]:
    pool = get_object_or_404(Pool, pk=pk, team=request.team)
    profile = _profile(request, pool)
    profiles = ready_profiles(request.team).filter(pool=pool, archived=None)
    context: dict[str, Any] = {
        "pool": pool, "profile": profile, "profiles": profiles, "finding": None
    }  # fmt: skip
    if profile is None:
        return context
    found = Advice(ask(profile))
    cost = _cost(request)
    return context | {
        "finding": found.finding,
        "advice": found,
        "headline": headline(found) if found.sizes else "",
        "cost": cost,
        "query": f"profile={profile.pk}&cost={cost.name}",
        **_within(request, found, cost),
    }


def _within(request: TeamRequest, found: Advice, cost: Cost) -> dict[str, Any]:
    """The best for the budget that somebody has typed."""
    budget = number_param(request.GET, "budget")
    if budget is None:
        return {}
    return {"budget": budget, "within": found.within(cost, budget)}


def _cost(request: TeamRequest) -> Cost:
    return COSTS.get(request.GET.get("cost", ""), COSTS["loads"])


def _advice(request: TeamRequest, pk: int) -> Advice:
    pool = get_object_or_404(Pool, pk=pk, team=request.team)
    profile = _profile(request, pool)
    if profile is None:
        raise Http404
    return Advice(ask(profile))


def _profile(request: TeamRequest, pool: Pool) -> Profile | None:
    """That of `?profile=`, else the newest that is ready."""
    ready = ready_profiles(request.team).filter(pool=pool)
    if (wanted := key_param(request.GET, "profile")) is not None:
        return get_object_or_404(ready, pk=wanted)
    return ready.filter(archived=None).first()
