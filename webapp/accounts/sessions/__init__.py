"""The browsers in which a person is signed in."""

from collections.abc import Sequence

from allauth.usersessions.models import UserSession
from django.db import transaction
from django.http import HttpRequest

from webapp.accounts.models import SEEN_SECONDS, User
from webapp.accounts.sessions import ends
from webapp.audit.actions import Action
from webapp.audit.recording import record
from webapp.db.memory import cache

# What a browser says it is → what people call it; the first that is there. Most say that they are
# several.
BROWSERS = {"Edg": "Edge", "OPR": "Opera", "Firefox": "Firefox", "FxiOS": "Firefox",
            "Chrome": "Chrome", "CriOS": "Chrome", "Safari": "Safari"}  # fmt: skip
SYSTEMS = {"Android": "Android", "iPhone": "iPhone", "iPad": "iPad", "Windows": "Windows",
           "Mac OS": "macOS", "CrOS": "ChromeOS", "Linux": "Linux"}  # fmt: skip


def see(request: HttpRequest) -> None:
    """Note where somebody is signed in, about once a minute. What a page asks for by itself is no
    visit."""
    if "X-Live" in request.headers:
        return
    if cache.add(seen(request.session.session_key), True, SEEN_SECONDS):
        UserSession.objects.create_from_request(request)
        ends.stay(request.session)


def seen(session_key: str | None) -> str:
    """By which it is known that a session was noted a moment ago."""
    return f"seen/{session_key}"


def sessions_of(user: User) -> Sequence[UserSession]:
    """Those that have not ended, the last seen first."""
    found: list[UserSession] = UserSession.objects.purge_and_list(user)
    return sorted(found, key=lambda one: one.last_seen_at, reverse=True)


def end_others(request: HttpRequest, user: User) -> int:
    """End a person's sessions but this one; returns how many."""
    others = [one for one in sessions_of(user) if not one.is_current()]
    with transaction.atomic():
        for one in others:
            one.end()
        record(Action.SESSIONS_ENDED, user, ended=len(others))
    return len(others)


def called(agent: str) -> str:
    """A browser as people call it: Firefox on Linux."""
    named = [
        next((name for sign, name in names.items() if sign in agent), "")
        for names in (BROWSERS, SYSTEMS)
    ]
    return " on ".join(filter(None, named)) or "Another program"
