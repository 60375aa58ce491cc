"""Which expert is best at something, found by a part of its name, and whether to trust that."""

from typing import NamedTuple

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from webapp.accounts.middleware import TeamRequest
from webapp.accounts.models import Team
from webapp.pages.profiles.best import best
from webapp.pages.profiles.families import Families, families_of
from webapp.pages.profiles.finding import Match, Matches, matches
from webapp.pages.profiles.orders import FAMILY, SKILL
from webapp.pages.shared.addresses import key_param, text_param
from webapp.pages.shared.lookups import profile_or_404
from webapp.runs.lookups import ready_profiles
from webapp.runs.models import Profile

OFFERED = 20  # profiles, the newest ones
LONGEST = 100  # characters of what is typed


class Looked(NamedTuple):
    """A profile, and what was found in it."""

    profile: Profile
    families: Families
    matches: Matches


@require_safe
def best_at(request: TeamRequest) -> HttpResponse:
    """Of the profile that the address names, else of the newest that has such a skill."""
    text = text_param(request.GET, "at")[:LONGEST]
    pk = key_param(request.GET, "profile")
    named = None if pk is None else profile_or_404(request, pk)
    profiles = offered(request.team)
    looked = _first(profiles, text) if named is None else _looked(named, text)
    match = _chosen(request, looked) if looked else None
    context = {
        "text": text,
        "profiles": named or profiles,
        "chosen": named,
        "looked": looked,
        "match": match,
        "best": best(looked.profile, looked.families, match) if looked and match else None,
    }
    return render(request, "experts/best.html", context)


def offered(team: Team) -> list[Profile]:
    return list(ready_profiles(team).filter(archived=None)[:OFFERED])


def _looked(profile: Profile, text: str) -> Looked:
    families = families_of(profile)
    return Looked(profile, families, matches(profile, families, text))


def _first(profiles: list[Profile], text: str) -> Looked | None:
    """The newest that has what is typed, else that has something written nearly so."""
    near = None
    for profile in profiles:
        looked = _looked(profile, text)
        if looked.matches.rows and not looked.matches.is_near:
            return looked
        if near is None or (looked.matches.rows and not near.matches.rows):
            near = looked
    return near


def _chosen(request: TeamRequest, looked: Looked) -> Match | None:
    """What the address names; else the first that is called as was typed."""
    for kind in (FAMILY, SKILL):
        if name := text_param(request.GET, kind):
            return Match(kind, name, 0)
    if looked.matches.is_near:
        return None
    return next(iter(looked.matches.rows), None)
