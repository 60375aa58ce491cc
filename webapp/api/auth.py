"""Who asks: the person whose token the request carries. A session in a browser counts nothing."""

from dataclasses import dataclass

from django.http import HttpRequest
from ninja import Router
from ninja.security import HttpBearer

from webapp.accounts.acting import become_person
from webapp.accounts.models import Membership, Team, Token, User, digest_of
from webapp.accounts.refusals import refusal
from webapp.accounts.rights import OPERATIONS, May, Right, may, may_by
from webapp.api.errors import ApiError
from webapp.audit.actors import Way


@dataclass(frozen=True)
class Caller:
    """A person in a team; everything that is asked for is the team's."""

    user: User
    team: Team
    may: May


class ApiRequest(HttpRequest):
    """A request with a valid token."""

    auth: Caller


class BearerToken(HttpBearer):
    """`Authorization: Bearer TOKEN`, for an operation that asks for a right.

    Refused are tokens that have expired, and those of people who are not active or not in the
    token's team any more.
    """

    def __init__(self, needed: Right) -> None:
        super().__init__()
        self._needed = needed

    def authenticate(self, request: HttpRequest, token: str) -> Caller | None:
        found = (
            Token.objects.filter(digest=digest_of(token), user__is_active=True)
            .select_related("user", "team")
            .first()
        )
        if found is None or found.has_expired:
            return None
        membership = Membership.objects.filter(user=found.user_id, team=found.team_id).first()
        if membership is None:
            raise ApiError(403, f"You are not in {found.team} any more: ask one of its admins.")
        membership.user, membership.team = found.user, found.team
        rights = may_by(found, membership)
        if self._needed not in rights:
            raise ApiError(403, _refusal(found, membership, self._needed))
        found.use()
        become_person(found.user, found.team, way=Way.TOKEN, means=str(found))
        return Caller(found.user, found.team, rights)


def guarded(router: Router) -> Router:
    """With the right that each of its operations asks for; one without is a mistake."""
    for view in router.path_operations.values():
        for operation in view.operations:
            guard = BearerToken(OPERATIONS[operation.view_func.__name__])
            operation.auth_param, operation.auth_callbacks = guard, [guard]
    return router


def _refusal(token: Token, membership: Membership, needed: Right) -> str:
    if needed in may(membership):
        return (
            f"The token has the scopes {', '.join(token.scopes) or 'none'}, which are too few for"
            " this: make another one."
        )
    return refusal(membership, needed)
