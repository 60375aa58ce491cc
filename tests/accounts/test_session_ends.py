"""Sessions end by themselves, whole; and no page of one is kept."""

from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from webapp.accounts.models import User
from webapp.accounts.sessions.ends import BEGAN, DAY
from webapp.accounts.tasks import forget_sessions
from webapp.audit.actions import Action
from webapp.audit.models import Entry
from webapp.db.memory import cache

pytestmark = pytest.mark.django_db


@pytest.fixture
def visitor(client: Client, user: User) -> Client:
    """Signed in just now."""
    client.force_login(user)
    return client


def left() -> timedelta:
    """Until the one session ends."""
    return Session.objects.get().expire_date - timezone.now()


def ago(**time: int) -> None:
    Session.objects.update(expire_date=Session.objects.get().expire_date - timedelta(**time))
    cache.clear()  # nobody was here in the last minute


def test_days_without_a_visit_end_it(visitor: Client) -> None:
    ago(days=13)
    assert visitor.get("/").status_code == 200
    assert left() > timedelta(days=13, hours=23), "a visit, and the days begin anew"
    ago(days=15)
    assert visitor.get("/").headers["Location"].startswith("/sign-in")


def test_what_a_page_asks_for_by_itself_is_no_visit(visitor: Client) -> None:
    ago(days=13)
    assert visitor.get("/", headers={"X-Live": "1"}).status_code == 200
    assert left() < timedelta(days=1, hours=1)


def test_no_session_lasts_for_ever(visitor: Client, user: User) -> None:
    session = visitor.session
    session[BEGAN] -= (settings.SESSION_DAYS - 1) * DAY
    session.save()
    assert visitor.get("/").status_code == 200
    session[BEGAN] -= 2 * DAY
    session.save()
    page = visitor.get("/", follow=True)
    assert page.redirect_chain[0][0].startswith("/sign-in")
    assert "You have been signed in for long" in page.content.decode()
    assert Entry.objects.filter(action=Action.SIGNED_OUT.value, object_id=user.pk).exists()


def test_one_from_before_begins_now(visitor: Client) -> None:
    session = visitor.session
    del session[BEGAN]
    session.save()
    assert visitor.get("/").status_code == 200
    assert BEGAN in visitor.session


def test_what_is_kept_of_sessions_goes_with_them(visitor: Client, user: User) -> None:
    cache.clear()
    visitor.get("/")
    UserSession.objects.create(user=user, ip="127.0.0.1", session_key="gone")
    forget_sessions()
    assert UserSession.objects.get().session_key == visitor.session.session_key
    ago(days=15)
    forget_sessions()
    assert not Session.objects.exists() and not UserSession.objects.exists()


def test_no_page_is_kept(visitor: Client) -> None:
    for address in ("/", "/runs/", "/nothing", "/me", "/api/v1/runs", "/sign-in", "/log.csv"):
        assert visitor.get(address).headers["Cache-Control"] == "no-store", address
    assert Client().get("/").headers["Cache-Control"] == "no-store"
    assert "no-store" not in visitor.get("/static/live.js").headers["Cache-Control"]
