"""Signing in and out, as the log tells it: by Django's signals, whichever page or library does it.

Failed ones may be anybody's, so they are told only so far: else whoever guesses fills the disk.
"""

from datetime import timedelta
from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db import transaction
from django.utils import timezone

from webapp.accounts.acting import acting_as
from webapp.accounts.models import User
from webapp.audit.actions import Action
from webapp.audit.actors import actor
from webapp.audit.models import Entry
from webapp.audit.recording import cut, record
from webapp.db import locks
from webapp.db.locks import Lock

HOUR = timedelta(hours=1)
MOST_OF_ADDRESS = 30  # failed ones from an address that are told in an hour
MOST = 300  # from everywhere
LONGEST_NAME = 60  # characters of what was given as a name


def listen() -> None:
    user_logged_in.connect(_signed_in, dispatch_uid="log")
    user_logged_out.connect(_signed_out, dispatch_uid="log")
    user_login_failed.connect(_failed, dispatch_uid="log")


def _signed_in(user: User, **_: Any) -> None:
    _told(Action.SIGNED_IN, user)


def _signed_out(user: User | None, **_: Any) -> None:
    if isinstance(user, User):  # nobody, where the session had ended already
        _told(Action.SIGNED_OUT, user)


def _told(action: Action, user: User) -> None:
    with transaction.atomic(), acting_as(user, user.team):
        record(action, user)


def _failed(credentials: dict[str, Any], **_: Any) -> None:
    """Told to the team of whoever is called so; the person is nobody's word yet."""
    name = cut(str(credentials.get("username") or credentials.get("email") or ""), LONGEST_NAME)
    user = User.objects.filter(username=name).select_related("team").first()
    with transaction.atomic():
        locks.take(Lock.TELLING_FAILED, 0)  # so that they are counted exactly
        failed = Entry.objects.filter(
            action=Action.SIGN_IN_FAILED.value, created__gt=timezone.now() - HOUR
        )
        left = min(
            MOST_OF_ADDRESS - failed.filter(address=actor().address).count(),
            MOST - failed.count(),
        )
        if left < 1:
            return
        details = {"name": name}
        if left == 1:
            details["note"] = "more of them may follow: within an hour of these none is listed"
        record(Action.SIGN_IN_FAILED, user, team=user.team if user else None, **details)
