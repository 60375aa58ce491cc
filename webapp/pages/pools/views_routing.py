"""Does routing pay for a pool?"""

from typing import Any

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from moe_core.crossing import LEAST
from webapp.accounts.middleware import TeamRequest
from webapp.experts.models import Pool
from webapp.findings.pools import ways
from webapp.pages.pools.routing import NOTE, Ways
from webapp.pages.shared.addresses import key_param
from webapp.pages.shared.findings import when_found
from webapp.pages.shared.tables import as_file
from webapp.runs.lookups import profiles_of, ready_profiles
from webapp.runs.models import Profile


@require_safe
def routing(request: TeamRequest, pk: int) -> HttpResponse:
    return render(request, "pools/routing.html", _context(request, pk))


@require_safe
def routing_found(request: TeamRequest, pk: int) -> HttpResponse:
    """The part of the page that is asked for again until it is found."""
    context = _context(request, pk)
    template = "pools/_routing.html"
    return when_found(request, template, context, context["finding"], has_charts=True)


@require_safe
def routing_figure(request: TeamRequest, pk: int) -> JsonResponse:
    """Accuracy against responses."""
    return JsonResponse(_ways(request, pk).figure())


@require_safe
def routing_table(request: TeamRequest, pk: int, form: str) -> HttpResponse:
    return as_file(_ways(request, pk).table(), form)


def _context(request: TeamRequest, pk: int) -> dict[str, Any]:
    pool = get_object_or_404(Pool, pk=pk, team=request.team)
    profile = _profile(request, pool)
    finding = ways.ask(profile) if profile else None
    found = ways.found_in(finding)
    return {
        "pool": pool,
        "profile": profile,
        "profiles": ready_profiles(request.team).filter(pool=pool, archived=None),
        "finding": finding,
        "ways": Ways(profile, found) if profile and found else None,
        "note": NOTE,
        "least": LEAST,
        "query": f"profile={profile.pk}" if profile else "",
    }


def _ways(request: TeamRequest, pk: int) -> Ways:
    found: Ways | None = _context(request, pk)["ways"]
    if found is None:
        raise Http404
    return found


def _profile(request: TeamRequest, pool: Pool) -> Profile | None:
    """That of `?profile=`, ready or not, else the newest that is ready."""
    if (wanted := key_param(request.GET, "profile")) is not None:
        return get_object_or_404(profiles_of(request.team).filter(pool=pool), pk=wanted)
    return ready_profiles(request.team).filter(pool=pool, archived=None).first()
