"""Inviting people into a team by a link that works once."""

import secrets
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from webapp.accounts.acting import acting_as
from webapp.accounts.models import Invitation, Role, Team, User, digest_of
from webapp.audit.actions import Action
from webapp.audit.recording import record

DAYS = 7  # for which a link holds, unless somebody says otherwise
MOST_DAYS = 90


class InvitationRefused(ValueError):
    """A link that lets nobody in, or not this person; the message says why and what to do."""


@transaction.atomic
def invite(
    team: Team, by: User, role: str, *, note: str = "", email: str = "", days: int = DAYS
) -> tuple[Invitation, str]:
    """A new invitation and the secret of its link, which cannot be had again."""
    secret = secrets.token_urlsafe(24)
    made = Invitation.objects.create(
        team=team,
        role=Role(role).value,
        note=note,
        email=email,
        digest=digest_of(secret),
        created_by=by,
        expires=timezone.now() + timedelta(days=days),
    )
    record(Action.INVITED, made, whom=note, days=days)
    return made, secret


@transaction.atomic
def withdraw(invitation: Invitation) -> None:
    """Its link lets nobody in any more."""
    record(Action.INVITATION_WITHDRAWN, invitation, whom=invitation.note)
    invitation.delete()


def invitation_of(secret: str) -> Invitation:
    """Raises InvitationRefused."""
    rows = Invitation.objects.select_related("team", "created_by")
    return _good(rows.filter(digest=digest_of(secret)).first())


def accept(secret: str, user: User) -> Invitation:
    """Let a person into the team, once whatever happens meanwhile. Raises InvitationRefused."""
    return accept_known(invitation_of(secret).pk, user)


@transaction.atomic
def accept_known(pk: int, user: User) -> Invitation:
    """The same where the link was shown before. Raises InvitationRefused."""
    rows = Invitation.objects.select_related("team", "created_by")
    found = _good(rows.select_for_update(of=("self",)).filter(pk=pk).first())
    if found.team.memberships.filter(user=user).exists():
        raise InvitationRefused(
            f"You are in {found.team} already. The link stays open for somebody else."
        )
    user.join(found.team, found.role)
    found.used, found.used_by = timezone.now(), user
    found.save(update_fields=["used", "used_by"])
    with acting_as(user, found.team):
        record(Action.JOINED, found, role=found.role, invited_by=found.created_by)
    return found


def _good(found: Invitation | None) -> Invitation:
    """Raises InvitationRefused."""
    if found is None:
        raise InvitationRefused(
            "This link invites nobody: it is not whole, or the invitation was withdrawn."
        )
    if found.used is not None:
        raise InvitationRefused(
            "This invitation was used already: ask for another one, or sign in if it was you."
        )
    if not found.is_open:
        raise InvitationRefused("This invitation has expired: ask for another one.")
    if not found.stands_behind:
        raise InvitationRefused(
            "Whoever made this invitation may not invite people any more: ask for another one."
        )
    return found
