"""Who may do what: the rights of each role, and the right that each address asks for.

The one place of it. What is not in `pages` or `operations` nobody may do: a new address has to be
added there.
"""

from webapp.accounts.models import Membership, Role, Scope, Team, Token, User
from webapp.accounts.rights.operations import OPERATIONS
from webapp.accounts.rights.pages import NOBODY, PAGES
from webapp.accounts.rights.roles import EDIT, MANAGE, OWN, REVIEW, RIGHTS, SCOPES, SEE, Right

__all__ = [
    "EDIT",
    "MANAGE",
    "NOBODY",
    "OPERATIONS",
    "OWN",
    "PAGES",
    "REVIEW",
    "RIGHTS",
    "SCOPES",
    "SEE",
    "May",
    "Right",
    "may",
    "may_by",
    "needed_for",
    "reviewers_of",
    "scopes_for",
]


class May(frozenset[Right]):
    """What somebody may do; templates ask it as `may.edit`."""

    def __getattr__(self, name: str) -> bool:
        if name not in Right.__members__.values():
            raise AttributeError(name)
        return name in self


def needed_for(page: str, method: str) -> Right | None:
    """The right that a request to a page asks for; None: nobody has it.

    What nothing can be sent to answers so itself to whoever may open it.
    """
    opening, sending = PAGES.get(page, (None, None))
    return opening if method in ("GET", "HEAD", "OPTIONS") or sending is None else sending


def may(membership: Membership) -> May:
    """What a person may do in a team."""
    owned = {OWN} if membership.user.is_staff else set()
    return May(RIGHTS[Role(membership.role)] | owned)


def may_by(token: Token, membership: Membership) -> May:
    """What a program may do with a person's token: no more than the person, nor than its scopes."""
    scoped = (SCOPES[scope] for scope in token.scopes if scope in SCOPES)
    return May(may(membership) & frozenset().union(*scoped))


def reviewers_of(team: Team) -> list[User]:
    """Members who may review, by name."""
    roles = [role.value for role, rights in RIGHTS.items() if REVIEW in rights]
    rows = Membership.objects.filter(team=team, role__in=roles, user__is_active=True)
    return [row.user for row in rows.select_related("user").order_by("user__username")]


def scopes_for(membership: Membership) -> list[Scope]:
    """Those that say something for a person of that role."""
    allowed = may(membership)
    return [scope for scope in Scope if SCOPES[scope] & allowed]
