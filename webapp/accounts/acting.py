"""Who acts, as the log is told it."""

from contextlib import AbstractContextManager
from typing import Any

from webapp.accounts.models import Team, User
from webapp.audit.actors import acting, become


def as_person(user: User, team: Team | None) -> dict[str, Any]:
    return {
        "person_id": user.pk,
        "person": str(user),
        "team_id": team.pk if team else None,
        "team": str(team) if team else "",
    }


def acting_as(user: User, team: Team | None) -> AbstractContextManager[None]:
    """A person, in the block."""
    return acting(**as_person(user, team))


def become_person(user: User, team: Team | None, **known: Any) -> None:
    """A person, from here to the end of the request."""
    become(**as_person(user, team), **known)
