"""Puts the person's team on the request, and lets them do there what they may; leads from addresses
that only take what is sent; ends sessions, and has no page kept."""

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.contrib.auth import logout
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import Resolver404, resolve
from django.utils import timezone

from webapp.accounts import sessions
from webapp.accounts.acting import become_person
from webapp.accounts.addresses import address_of
from webapp.accounts.models import Membership, Team, User
from webapp.accounts.refusals import refusal
from webapp.accounts.rights import May, may, needed_for
from webapp.accounts.sessions import ends
from webapp.audit.actors import Way, acting

API = "/api/"


class TeamRequest(HttpRequest):
    """A request of a signed-in person; what LoginRequiredMiddleware lets through."""

    user: User
    team: Team
    membership: Membership
    may: May


class TeamMiddleware:
    """Sets `request.team`, `.membership`, `.may` and the time zone; refuses what somebody may not.
    The log tells of them whatever is done.

    People without a team are told whom to ask. Views that need no signing in need no team either:
    the API finds both by its token.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            with acting(way=Way.PAGE, address=address_of(request)):
                return self.get_response(request)
        finally:
            timezone.deactivate()

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], *_: Any
    ) -> None:
        if not getattr(view, "login_required", True) or not isinstance(request.user, User):
            return
        membership = request.user.membership()
        if membership is None:
            raise PermissionDenied("You are in no team: ask somebody who is to invite you.")
        allowed = may(membership)
        request.membership, request.may = membership, allowed  # type: ignore[attr-defined]
        request.team = membership.team  # type: ignore[attr-defined]
        become_person(request.user, membership.team)
        name = request.resolver_match.view_name if request.resolver_match else ""
        if (needed := needed_for(name or "", request.method or "")) not in allowed:
            raise PermissionDenied(refusal(membership, needed))
        membership.see()
        sessions.see(request)
        if request.user.time_zone:
            timezone.activate(ZoneInfo(request.user.time_zone))


class SessionsEnd:
    """Signs out whoever has been signed in for as long as one may be."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        is_somebody = request.session.session_key and request.user.is_authenticated
        if is_somebody and ends.is_too_old(request.session):
            logout(request)
            messages.info(request, "You have been signed in for long: sign in once more.")
        return self.get_response(request)


class NotKept:
    """No browser or proxy keeps a page: whoever comes after somebody has signed out sees nothing.

    Static files are answered before this.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers["Cache-Control"] = "no-store"
        return response


def in_templates(request: HttpRequest) -> dict[str, Any]:
    """What pages show by: who somebody is in the team, and what they may."""
    membership = getattr(request, "membership", None)
    if membership is None:
        return {"may": May()}
    return {"may": request.may, "membership": membership}  # type: ignore[attr-defined]


class BackToThePage:
    """Whoever opens an address that only takes what is sent is led to the page that sends it: the
    nearest one above it, under the same filters. Signing in leads there, and so does an address
    that was kept after an error."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        # The API's clients are told that they did something wrong.
        if request.method != "GET" or not isinstance(response, HttpResponseNotAllowed):
            return response
        if request.path.startswith(API):
            return response
        query = request.META.get("QUERY_STRING", "")
        return HttpResponseRedirect(_above(request.path) + (f"?{query}" if query else ""))


def _above(path: str) -> str:
    """The nearest address above another one that there is."""
    while path := path.rpartition("/")[0]:
        for there in (path, f"{path}/"):
            try:
                resolve(there)
            except Resolver404:
                continue
            return there
    return "/"
