"""A new password for somebody who forgot theirs, by a link that works once.

Who has the link becomes that person. So only those may make one who could do all that the person
could anyway, when it is made and still when it is used.
"""

import secrets
from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from webapp.accounts.models import Membership, Reset, Role, User, digest_of
from webapp.audit.actions import Action
from webapp.audit.recording import record

HOURS = 24  # for which a link holds


class ResetRefused(ValueError):
    """A link that cannot be made, or not be used; the message says why and what to do."""


def may_reset(by: User, user: User) -> bool:
    return user.pk in whom_may_reset(by, [user])


def whom_may_reset(by: User, users: Iterable[User]) -> set[int]:
    """The keys of those to whom somebody may give a new password.

    Whoever owns the installation may to all. An admin may to people who are in no team where the
    admin is none, who do not own the installation, and who have a password that they can have
    forgotten. Nobody may for themselves: they would not be asked for the one that they have.
    """
    known = {user.pk: user for user in users if user.is_active and user.pk != by.pk}
    if not by.is_active or by.is_staff:
        return set(known) if by.is_active else set()
    managed = Membership.objects.filter(user=by, role=Role.ADMIN.value).values("team")
    theirs = Membership.objects.filter(user__in=known)
    here = set(theirs.filter(team__in=managed).values_list("user", flat=True))
    elsewhere = set(theirs.exclude(team__in=managed).values_list("user", flat=True))
    return {
        pk for pk in here - elsewhere if not known[pk].is_staff and known[pk].has_usable_password()
    }


def make(by: User, user: User) -> tuple[Reset, str]:
    """A link's row and its secret, which cannot be had again; earlier links end.

    Raises ResetRefused.
    """
    if not may_reset(by, user):
        raise ResetRefused(
            f"You may not reset the password of {user}: only whoever owns the installation may,"
            " or somebody who is an admin in each of their teams."
        )
    secret = secrets.token_urlsafe(24)
    with transaction.atomic():
        user.resets.all().delete()
        made = Reset.objects.create(
            user=user,
            digest=digest_of(secret),
            created_by=by,
            expires=timezone.now() + timedelta(hours=HOURS),
            password=user.password,
        )
        record(Action.RESET_MADE, user)
    return made, secret


def reset_of(secret: str) -> Reset:
    """Raises ResetRefused."""
    rows = Reset.objects.select_related("user", "created_by")
    found = rows.filter(digest=digest_of(secret)).first()
    if found is None:
        raise ResetRefused(
            "This link does not work: it is incomplete, was already used, or there is a newer one."
        )
    if found.expires < timezone.now():
        raise ResetRefused("This link has expired: ask for another one.")
    if found.password != found.user.password:
        raise ResetRefused("Your password was changed since: sign in with the new one.")
    if not may_reset(found.created_by, found.user):
        raise ResetRefused(
            "Whoever made this link may not do so any more: ask another admin, or whoever runs"
            " this installation."
        )
    return found


@transaction.atomic
def use(secret: str, password: str) -> User:
    """Set the new password; the link ends, and so does whatever the old password opened.

    Raises ResetRefused.
    """
    Reset.objects.select_for_update().filter(digest=digest_of(secret)).first()
    found = reset_of(secret)
    user = User.objects.select_for_update().get(pk=found.user_id)
    user.set_password(password)
    user.save(update_fields=["password", "is_new"])
    user.resets.all().delete()
    return user
