"""Who is in a team: roles that change, and people who leave. A team keeps one admin at least."""

from django.db import transaction

from webapp.accounts.models import Membership, Role, Team, Token


class MemberRefused(ValueError):
    """A change that cannot be; the message says why and what to do."""


@transaction.atomic
def set_role(membership: Membership, role: str) -> None:
    """Raises MemberRefused."""
    _keep_an_admin(membership, Role(role))
    Membership.objects.filter(pk=membership.pk).update(role=Role(role).value)


@transaction.atomic
def remove(membership: Membership) -> None:
    """What they have made stays, under their name; their tokens for the team end.

    Raises MemberRefused.
    """
    _keep_an_admin(membership, None)
    Token.objects.filter(user=membership.user_id, team=membership.team_id).delete()
    membership.delete()


def _keep_an_admin(membership: Membership, role: Role | None) -> None:
    Team.objects.select_for_update().get(pk=membership.team_id)
    admins = Membership.objects.filter(
        team=membership.team_id, role=Role.ADMIN.value, user__is_active=True
    )
    is_last = not admins.exclude(pk=membership.pk).exists()
    if role is not Role.ADMIN and admins.filter(pk=membership.pk).exists() and is_last:
        raise MemberRefused(
            f"{membership.user} is the only admin of {membership.team}: make somebody else one"
            " first."
        )
