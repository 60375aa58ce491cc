"""Puts the person's team on the request; leads from addresses that only take what is sent."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import Resolver404, resolve, reverse

from webapp.accounts.models import Team, User

API = "/api/"


class TeamRequest(HttpRequest):
    """A request of a signed-in person; what LoginRequiredMiddleware lets through."""

    user: User
    team: Team


class TeamMiddleware:
    """Sets `request.team`; people without a team are told whom to ask.

    Views that need no signing in need no team either: the API finds both by its token.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], *_: Any
    ) -> None:
        if not getattr(view, "login_required", True) or not isinstance(request.user, User):
            return
        if request.user.team is None and request.path != reverse("logout"):
            raise PermissionDenied("You are in no team yet: ask an administrator.")
        request.team = request.user.team  # type: ignore[attr-defined]


class BackToThePage:
    """Whoever opens an address that only takes what is sent is led to the page that sends it: the
    nearest one above it. Signing in leads there, and so does an address that was kept after an
    error."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        # The API's clients are told that they did something wrong.
        if request.method != "GET" or not isinstance(response, HttpResponseNotAllowed):
            return response
        if request.path.startswith(API):
            return response
        return HttpResponseRedirect(_above(request.path))


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
