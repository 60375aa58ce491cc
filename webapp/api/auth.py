"""Who asks: the person whose token the request carries. A session in a browser counts nothing."""

from dataclasses import dataclass

from django.http import HttpRequest
from ninja.security import HttpBearer

from webapp.accounts.models import Team, Token, User
from webapp.api.errors import ApiError


@dataclass(frozen=True)
class Caller:
    """A person in a team; everything that is asked for is the team's."""

    user: User
    team: Team


class ApiRequest(HttpRequest):
    """A request with a valid token."""

    auth: Caller


class BearerToken(HttpBearer):
    """`Authorization: Bearer TOKEN`; tokens of people who are not active are refused."""

    def authenticate(self, request: HttpRequest, token: str) -> Caller | None:
        found = (
            Token.objects.filter(digest=Token.digest_of(token), user__is_active=True)
            .select_related("user__team")
            .first()
        )
        if found is None:
            return None
        if found.user.team is None:
            raise ApiError(403, "You are in no team yet: ask an administrator.")
        return Caller(found.user, found.user.team)


def only_staff(request: ApiRequest) -> None:
    """Raises ApiError for people who are not staff."""
    if not request.auth.user.is_staff:
        raise ApiError(
            403,
            "Experts belong to the whole installation: only administrators add or change them.",
        )
