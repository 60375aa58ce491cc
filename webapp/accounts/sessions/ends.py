"""When somebody is signed out by themselves: after days without a visit, and after days in all."""

import time

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.utils import timezone

BEGAN = "began"  # in a session: when its person signed in, in seconds since 1970
DAY = 24 * 60 * 60


def begin(session: SessionBase) -> None:
    """Somebody has signed in just now."""
    session[BEGAN] = int(time.time())


def is_too_old(session: SessionBase) -> bool:
    """Whether it has lasted as long as any may. One from before this was known begins now."""
    if BEGAN not in session:
        begin(session)
    return bool(time.time() - session[BEGAN] > settings.SESSION_DAYS * DAY)


def has_ended(session: SessionBase) -> bool:
    """As it is stored now: signed out, ended from elsewhere, idle for too long, or too old."""
    stored = Session.objects.filter(pk=session.session_key, expire_date__gt=timezone.now())
    return not stored.exists() or is_too_old(session)


def stay(session: SessionBase) -> None:
    """Somebody was here: the days without a visit begin anew."""
    session.modified = True


def forget_ended() -> None:
    """Delete sessions that have ended by themselves, and what is kept of any that is gone."""
    Session.objects.filter(expire_date__lt=timezone.now()).delete()
    there = Session.objects.values("session_key")
    UserSession.objects.exclude(session_key__in=there).delete()
