"""The browsers in which a person is signed in."""

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from webapp.accounts.models import User
from webapp.audit.actions import Action
from webapp.audit.recording import record


def end_others(request: HttpRequest) -> int:
    """End a person's sessions but this one; returns how many.

    Sessions hold the person inside of what is signed: so each is opened.
    """
    others = Session.objects.filter(expire_date__gt=timezone.now())
    theirs = [
        session.pk
        for session in others.exclude(pk=request.session.session_key).iterator()
        if session.get_decoded().get(SESSION_KEY) == str(request.user.pk)
    ]
    assert isinstance(request.user, User)
    with transaction.atomic():
        ended = Session.objects.filter(pk__in=theirs).delete()[0]
        record(Action.SESSIONS_ENDED, request.user, ended=ended)
    return ended
