"""Signing in and out, as the log tells it: by Django's signals, whichever page or library does it.

Failed ones may be anybody's, so they are told only so far: else whoever guesses fills the disk.
"""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from allauth.account.signals import email_changed, email_confirmed, email_removed
from allauth.mfa.signals import (
    authenticator_added,
    authenticator_removed,
    authenticator_reset,
)
from allauth.socialaccount.signals import social_account_added, social_account_removed
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from webapp.accounts.acting import acting_as
from webapp.accounts.models import User
from webapp.accounts.sessions import ends
from webapp.accounts.throttling import LONGEST_NAME
from webapp.audit.actions import Action
from webapp.audit.actors import actor
from webapp.audit.models import Entry
from webapp.audit.recording import cut, record
from webapp.db import locks
from webapp.db.locks import Lock

logger = logging.getLogger(__name__)

HOUR = timedelta(hours=1)
MOST_OF_ADDRESS = 30  # failed ones from an address that are told in an hour
MOST = 300  # from everywhere


def listen() -> None:
    user_logged_in.connect(_signed_in, dispatch_uid="log")
    user_logged_out.connect(_signed_out, dispatch_uid="log")
    user_login_failed.connect(_failed, dispatch_uid="log")
    authenticator_added.connect(_factor(Action.FACTOR_ADDED), weak=False, dispatch_uid="log")
    authenticator_removed.connect(_factor(Action.FACTOR_REMOVED), weak=False, dispatch_uid="log")
    authenticator_reset.connect(_factor(Action.CODES_MADE), weak=False, dispatch_uid="log")
    email_changed.connect(_email_changed, dispatch_uid="log")
    email_removed.connect(_email_removed, dispatch_uid="log")
    email_confirmed.connect(_email_confirmed, dispatch_uid="log")
    social_account_added.connect(_connected, dispatch_uid="log")
    social_account_removed.connect(_disconnected, dispatch_uid="log")


def _factor(action: Action) -> Callable[..., None]:
    def told(user: User, authenticator: Any, **_: Any) -> None:
        _told(action, user, factor=authenticator.type)

    return told


def _email_changed(user: User, to_email_address: Any, **_: Any) -> None:
    _told(Action.EMAIL_CHANGED, user, address=to_email_address.email)


def _email_removed(user: User, email_address: Any, **_: Any) -> None:
    _told(Action.EMAIL_REMOVED, user, address=email_address.email)


def _email_confirmed(email_address: Any, **_: Any) -> None:
    _told(Action.EMAIL_CONFIRMED, email_address.user, address=email_address.email)


def _connected(sociallogin: Any, **_: Any) -> None:
    _told(Action.ACCOUNT_CONNECTED, sociallogin.user, provider=sociallogin.account.provider)


def _disconnected(socialaccount: Any, **_: Any) -> None:
    _told(Action.ACCOUNT_DISCONNECTED, socialaccount.user, provider=socialaccount.provider)


def _signed_in(request: HttpRequest, user: User, **_: Any) -> None:
    ends.begin(request.session)
    _told(Action.SIGNED_IN, user)


def _signed_out(user: User | None, **_: Any) -> None:
    if isinstance(user, User):  # nobody, where the session had ended already
        _told(Action.SIGNED_OUT, user)


def _told(action: Action, user: User, **details: Any) -> None:
    with transaction.atomic(), acting_as(user, user.team):
        record(action, user, **details)


def _failed(credentials: dict[str, Any], **_: Any) -> None:
    """Told to the team of whoever is called so; the person is nobody's word yet."""
    name = cut(str(credentials.get("username") or credentials.get("email") or ""), LONGEST_NAME)
    logger.warning("%s could not sign in as %r", actor().address, name)
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
