"""Puts the person's team on the request; every query for a team's things starts from it."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from webapp.accounts.models import Team, User


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
