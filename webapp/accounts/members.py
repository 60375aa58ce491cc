"""Who is in a team: roles that change, people who leave, people who are deactivated.

A team keeps one admin at least, and the installation one owner.
"""

from django.db import transaction

from webapp.accounts.models import Membership, Role, Team, Token, User
from webapp.audit.actions import Action
from webapp.audit.recording import Change, record


class MemberRefused(ValueError):
    """A change that cannot be; the message says why and what to do."""


@transaction.atomic
def set_role(membership: Membership, role: str, by: User) -> None:
    """Raises MemberRefused."""
    _check_owner(membership.user, by)
    _keep_an_admin(membership, Role(role))
    row = Membership.objects.filter(pk=membership.pk)
    before = row.values_list("role", flat=True).first()
    row.update(role=Role(role).value)
    if before not in (None, role):  # gone meanwhile, or as it was
        told = Change(before, Role(role).value)
        record(Action.ROLE_CHANGED, membership.user, team=membership.team, role=told)


@transaction.atomic
def remove(membership: Membership, by: User) -> None:
    """What they have made stays, under their name; their tokens for the team end.

    Raises MemberRefused.
    """
    _check_owner(membership.user, by)
    _keep_an_admin(membership, None)
    ended, _ = Token.objects.filter(user=membership.user_id, team=membership.team_id).delete()
    told = {"role": membership.role, "tokens_revoked": ended}
    record(Action.MEMBER_REMOVED, membership.user, team=membership.team, **told)
    membership.delete()
    # What they do from now on is nothing of this team's: its log hears of them no more.
    User.objects.filter(pk=membership.user_id, team=membership.team_id).update(team=None)


@transaction.atomic
def set_active(user: User, active: bool) -> None:
    """Whether somebody can sign in at all, in any team: each is told. Raises MemberRefused."""
    theirs = list(user.memberships.select_related("team").order_by("team"))
    if not active:
        for membership in theirs:
            membership.user = user
            _keep_an_admin(membership, None)
        owners = User.objects.select_for_update().filter(is_staff=True, is_active=True)
        if [owner.pk for owner in owners.order_by("pk")] == [user.pk]:
            raise MemberRefused(f"{user} is the only one who owns the installation.")
    user.is_active = active
    user.save(update_fields=["is_active"])
    for membership in theirs:
        done = Action.ACTIVATED if active else Action.DEACTIVATED
        record(done, user, team=membership.team)


def _check_owner(user: User, by: User) -> None:
    if user.is_staff and not by.is_staff:
        raise MemberRefused(
            f"{user} owns the installation: only whoever owns it too can change that."
        )


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
